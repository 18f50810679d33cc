/** Cells that ONNX has an operator for: RNN, LSTM and GRU, with weights in its order. */
import { Parameter, type Tensor } from '@unroll/core';
import {
  type Activation,
  type CellRun,
  CoupledLSTMCell,
  GRUCell,
  LearnedInitialStateCell,
  LSTMCell,
  PeepholeLSTMCell,
  RNNCell,
  WeightDropCell,
} from '@unroll/nn';
import { type AttributeValue, int } from '../proto/parts.js';

/** A cell as an operator of ONNX, for one direction, with the weights that it had when it ran: float32. */
export interface KnownCell {
  readonly operator: 'RNN' | 'LSTM' | 'GRU';
  readonly hiddenSize: number;
  /** Where its parameters stand in the model, with a dot behind: `layers.0.`. */
  readonly path: string;
  /** By ONNX's letters: W of the input, R of the state, B both biases, P peepholes. */
  readonly weights: Readonly<Partial<Record<'W' | 'R' | 'B' | 'P', Weights>>>;
  /** Of all functions: first of the gates, then of what is taken in and given out. */
  readonly activations: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** A weight of an operator, made of parameters when it is asked for. */
export interface Weights {
  readonly of: readonly Parameter[];
  readonly shape: readonly number[];
  /** Row-major. */
  data(): Float64Array;
}

/** The cell as an operator; null where there is none that computes the same. */
export function knownCell(cell: CellRun['cell']): KnownCell | null {
  const isWrapped = isExactly(cell, LearnedInitialStateCell) || isExactly(cell, WeightDropCell);
  const inner: object = isWrapped ? cell.cell : cell;
  if (isExactly(inner, RNNCell)) return known(inner, 'RNN', [1], 1);
  if (isExactly(inner, LSTMCell)) return known(inner, 'LSTM', LSTM_GATES, 4);
  if (isExactly(inner, CoupledLSTMCell)) {
    // ONNX computes i and has f = 1 − i: σ(−z) is 1 − σ(z).
    return known(inner, 'LSTM', COUPLED_GATES, 3, { input_forget: int(1) });
  }
  if (isExactly(inner, PeepholeLSTMCell)) return withPeepholes(inner, known(inner, 'LSTM', LSTM_GATES, 4));
  if (isExactly(inner, GRUCell)) return knownGRU(inner);
  return null;
}

/** Not an instance of a class made of it, which may do something else. */
function isExactly<T>(cell: object, kind: { readonly prototype: T }): cell is T & object {
  return Object.getPrototypeOf(cell) === kind.prototype;
}

/** For each gate of ONNX that of the cell, counted from 1 in its order; negated where that is below 0, zeros for 0. */
type Gates = readonly number[];

/** i o f c from i f g o. */
const LSTM_GATES: Gates = [1, 4, 2, 3];
/** i o f c from f g o; what the third gate says is not used. */
const COUPLED_GATES: Gates = [-1, 3, 0, 2];
/** z r h from r z n. */
const GRU_GATES: Gates = [2, 1, 3];

/** What all these cells have. */
interface GatedCell {
  readonly outputSize: number;
  readonly activation: Activation;
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly bias: Tensor;
}

function known(
  cell: GatedCell,
  operator: KnownCell['operator'],
  gates: Gates,
  count: number,
  attributes: KnownCell['attributes'] = {},
): KnownCell | null {
  const { outputSize: H, activation, weightIh, weightHh, bias } = cell;
  // A weight in the place of a parameter is computed by the program itself.
  const areParameters = weightIh instanceof Parameter && weightHh instanceof Parameter && bias instanceof Parameter;
  if (!areParameters || typeof activation === 'function') return null;
  // Runtimes have no kernels of these operators for float64, though ONNX allows it.
  if (weightHh.dtype === 'float64') return null;
  const outer = activation === 'tanh' ? 'Tanh' : 'Relu';
  const named = { RNN: [outer], LSTM: ['Sigmoid', outer, outer], GRU: ['Sigmoid', outer] } as const;
  const rows = gates.length * H;
  const weightOf = (of: Parameter, shape: readonly number[]): Weights => {
    return { of: [of], shape, data: () => gateRows(of, gates, count) };
  };
  return {
    operator,
    hiddenSize: H,
    path: weightHh.name.replace(/[^.]*$/, ''),
    weights: {
      W: weightOf(weightIh, [1, rows, weightIh.shape[1] ?? 0]),
      R: weightOf(weightHh, [1, rows, H]),
      B: { of: [bias], shape: [1, 2 * rows], data: () => bothBiases(gateRows(bias, gates, count)) },
    },
    activations: named[operator],
    attributes,
  };
}

/** The rows of each gate, in the order of `gates`. */
function gateRows(weight: Tensor, gates: Gates, count: number): Float64Array {
  const { data } = weight;
  const size = data.length / count;
  const out = new Float64Array(gates.length * size);
  for (const [i, gate] of gates.entries()) {
    if (gate === 0) continue;
    const from = (Math.abs(gate) - 1) * size;
    for (let j = 0; j < size; j++) out[i * size + j] = Math.sign(gate) * (data[from + j] as number);
  }
  return out;
}

/** ONNX has a bias of the input and one of the state, which are added; here all is in the first. */
function bothBiases(input: Float64Array): Float64Array {
  const both = new Float64Array(2 * input.length);
  both.set(input);
  return both;
}

/** ONNX's output gate sees the next memory. */
function withPeepholes({ outputPeephole, peepholes }: PeepholeLSTMCell, cell: KnownCell | null): KnownCell | null {
  if (cell === null || outputPeephole !== 'next' || !(peepholes instanceof Parameter)) return null;
  // i o f from i f o.
  const P: Weights = { of: [peepholes], shape: [1, peepholes.size], data: () => gateRows(peepholes, [1, 3, 2], 3) };
  return { ...cell, weights: { ...cell.weights, P } };
}

function knownGRU(cell: GRUCell): KnownCell | null {
  const { biasHn, outputSize: H } = cell;
  const gru = known(cell, 'GRU', GRU_GATES, 3, { linear_before_reset: int(biasHn === null ? 0 : 1) });
  const B = gru?.weights.B;
  if (gru === null || B === undefined || biasHn === null) return gru;
  if (!(biasHn instanceof Parameter)) return null;
  const data = (): Float64Array => {
    const both = B.data();
    // Of the biases of the state, that of h alone is inside of the reset gate's reach.
    both.set(biasHn.data, 5 * H);
    return both;
  };
  return { ...gru, weights: { ...gru.weights, B: { of: [...B.of, biasHn], shape: B.shape, data } } };
}

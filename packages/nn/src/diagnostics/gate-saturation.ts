/** How often gates stand open or closed. */
import {
  checkOptions,
  Tape,
  type Tensor,
  type TensorLike,
  type TensorTree,
  tensor,
  toTensor,
  ValueError,
} from '@unroll/core';
import type { Cell } from '../recurrent/cell.js';
import { readRealSteps } from '../recurrent/lengths.js';
import type { SequenceOptions } from '../recurrent/sequence-layer.js';
import { unroll } from '../recurrent/unroll.js';
import { observedCell } from './observed-cell.js';

/** Options of {@link gateSaturation}. */
export interface GateSaturationOptions<State> extends SequenceOptions<State> {
  /** A gate is closed below this: 0.1 unless given. */
  readonly low?: number | undefined;
  /** A gate is open above this: 0.9 unless given. */
  readonly high?: number | undefined;
}

/** One gate of {@link gateSaturation}, unit by unit. */
export type GateSaturation = {
  /** The fraction of all real steps at which a unit of the gate is below `low`: `[H]`. Karpathy's "left saturated". */
  readonly below: Tensor;
  /** The fraction at which it is above `high`: `[H]`. "Right saturated". */
  readonly above: Tensor;
};

/** How often each unit of a gate was where, so far. */
interface Counts {
  readonly below: Float64Array;
  readonly above: Float64Array;
}

/**
 * How often the gates of a cell are saturated, over all real steps of all sequences. Drawn as points (above, below), the
 * units of a gate lie in a triangle: on the diagonal those that are a switch, at the origin those that never decide.
 *
 * A gate is whatever a step computes with `sigmoid`, for each sequence; so it works for any cell, yours too. Gates come
 * in the order in which a step computes them: forget, input, output of an `LSTMCell`; reset, update of a `GRUCell`;
 * those of a stack layer by layer.
 *
 * Shapes: x `[N, T, D]`, or int32 ids `[N, T]`.
 * Errors: as {@link unroll}; `ValueError` for a cell whose steps compute no sigmoid, thresholds out of order, or unknown
 * options; `TapeError` inside a recording. What is computed inside a `checkpoint` is not seen.
 * @source A. Karpathy, J. Johnson, L. Fei-Fei, "Visualizing and understanding recurrent networks", ICLR 2016 workshop,
 * section 4.2 and figure 3
 *
 * @example
 * ```ts
 * import { concat, full, Rng, randn } from '@unroll/core';
 * import { gateSaturation, LSTMCell } from '@unroll/nn';
 * const cell = new LSTMCell({ inputSize: 3, hiddenSize: 2, rng: new Rng(1) });
 * const bias = (value: number) => full([2], value);
 * cell.bias.assign(concat([bias(-20), bias(20), bias(0), bias(20)])); // i f g o
 * const [forget, input] = gateSaturation(cell, randn([1, 4, 3]));
 * forget?.above.toArray(); // [1, 1]
 * input?.below.toArray(); // [1, 1]
 * ```
 */
export function gateSaturation<State extends TensorTree>(
  cell: Cell<State>,
  x: TensorLike,
  options: GateSaturationOptions<NoInfer<State>> = {},
): GateSaturation[] {
  const op = 'gateSaturation';
  checkOptions(op, options, ['initialState', 'lengths', 'mask', 'low', 'high']);
  const { low = 0.1, high = 0.9, ...sequenceOptions } = options;
  if (!(low >= 0 && low <= high && high <= 1)) throw wrongThresholds(low, high);
  const sequences = toTensor(op, x);
  const [batch = 0, steps = 0] = sequences.shape;
  const real = readRealSteps(op, sequenceOptions, batch, steps);

  const gates: Counts[] = [];
  /** Which gate of the step comes next; null outside of steps. */
  let gate: number | null = null;
  let t = 0;
  const tape = new Tape();
  tape.onOp(({ name, output }) => {
    if (gate === null || name !== 'sigmoid' || output.rank === 0 || output.shape[0] !== batch) return;
    const width = output.size / batch;
    gates[gate] ??= { below: new Float64Array(width), above: new Float64Array(width) };
    const { below, above } = gates[gate] as Counts;
    if (below.length !== width) throw otherGate(gate, below.length, output);
    output.data.forEach((value, i) => {
      const [n, unit] = [Math.floor(i / width), i % width];
      if (real?.flags[n * steps + t] === 0) return;
      if (value < low) below[unit] = (below[unit] as number) + 1;
      if (value > high) above[unit] = (above[unit] as number) + 1;
    });
    gate += 1;
  });
  const observed = observedCell(cell, (take) => {
    gate = 0;
    try {
      return take();
    } finally {
      gate = null;
      t += 1;
    }
  });
  tape.record(() => unroll(observed, sequences, sequenceOptions).finalState);
  if (gates.length === 0) throw noGates();

  const total = real === null ? batch * steps : real.flags.reduce((sum, flag) => sum + flag, 0);
  const fractions = (counts: Float64Array): Tensor => tensor(Float32Array.from(counts, (count) => count / total));
  return gates.map(({ below, above }) => ({ below: fractions(below), above: fractions(above) }));
}

function wrongThresholds(low: number, high: number): ValueError {
  return new ValueError({
    op: 'gateSaturation',
    what: `low is ${low} and high is ${high}`,
    rule: 'a gate is between 0 and 1, and low is at most high',
    mend: 'Correct them',
  });
}

function noGates(): ValueError {
  return new ValueError({
    op: 'gateSaturation',
    what: 'no step of the cell computes a sigmoid',
    rule: 'a gate is what a step computes with sigmoid, outside of checkpoint',
    mend: 'Use traceStates to look at a cell without gates',
  });
}

function otherGate(gate: number, width: number, output: Tensor): ValueError {
  return new ValueError({
    op: 'gateSaturation',
    what: `gate ${gate} has changed its size`,
    arrays: { gate: output },
    rule: `it had ${width} units at an earlier step`,
    mend: 'Look at a cell whose steps all compute the same gates',
  });
}

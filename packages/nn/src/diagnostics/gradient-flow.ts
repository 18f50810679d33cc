/** How far gradients reach through time. */
import {
  checkOptions,
  checkSize,
  Rng,
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
import { type Unrolled, unroll } from '../recurrent/unroll.js';
import { partsOf } from '../state-parts.js';
import { apart, type NotedStep, notedCell } from './observed-cell.js';
import { normsOf } from './state-norms.js';
import { inOneRow } from './state-rows.js';
import { makeKnown, select, spectralRadii } from './step-jacobians.js';

/** Options of {@link gradientFlow}. */
export interface GradientFlowOptions<State> extends SequenceOptions<State> {
  /** L, a single number, from what `unroll` returns. */
  readonly loss: (run: Unrolled<State>) => Tensor;
  /**
   * How many walks backwards the Jacobians may cost. As many as a state has numbers make them exact; with fewer they are
   * estimated along random directions. 64 unless given.
   */
  readonly directions?: number | undefined;
  /** Draws the directions; a generator of its own with seed 0 unless given. */
  readonly rng?: Rng | undefined;
}

/** What {@link gradientFlow} returns. */
export type GradientFlow<State> = {
  /** `‖∂L/∂s_t‖`, t = 0 … T, in the place of each tensor s of the state: `[N, T + 1]`. */
  readonly loss: State;
  /** `‖∂state_T/∂s_t‖`, of all of the final state by each tensor s, 1 at t = T: `[N, T + 1]`. */
  readonly finalState: State;
  /** Of the recurrent Jacobians `∂state_(t+1)/∂state_t`, t = 0 … T − 1: `[N, T]`. */
  readonly spectralRadius: Tensor;
  /** Whether the last two are exact, or estimates. */
  readonly exact: boolean;
};

/**
 * How gradients of a recurrence shrink or grow on their way back: for each sequence, and each tensor s of the state by
 * itself (h and c of an LSTM, the layers of a stack),
 *
 * ```text
 * loss            ‖∂L/∂s_t‖, t = 0 … T             by one walk backwards
 * finalState      ‖∂state_T/∂s_t‖_F / √size(s)     1 at t = T, ρ^(T−t) where every step scales by ρ
 * spectralRadius  ρ(∂state_(t+1)/∂state_t)         the largest magnitude of an eigenvalue, complex ones too
 * ```
 *
 * where state_t is what step t takes, state_0 the initial state, and state_T the final one. The Frobenius norm divided
 * by that of the identity is the root mean square of the factors by which gradients of all directions are scaled. The
 * loss reaches s_t by every way, through what the same step computes from it too. A step in the padding keeps the state:
 * there the loss has 0, since nothing is computed, finalState and the radius 1.
 *
 * With S numbers in a state, S vector–Jacobian products of the run, and S of all its steps at once, give the last two
 * exactly. With fewer, k, finalState is the root of the mean of ‖Jᵀu‖² over k normal u, whose square has a relative
 * standard deviation of √(2/k) at most; and the radius is that of J on the space that k products reach (Arnoldi), which
 * is mostly a little too small. Parts of a state that every step hands on as they are, such as the memory of an
 * attention, are constants, and do not count in S or in the radius; int32 tensors have no gradient.
 *
 * Run it in evaluation, outside of a recording: a mask that is drawn anew makes a step another function.
 *
 * Shapes: x `[N, T, D]`, or int32 ids `[N, T]`.
 * Errors: as {@link unroll}; `ShapeError` for a loss that is not a single number; `TapeError` for a loss that was not
 * computed from the run, or inside a recording; `ValueError` for a state that no step changes, or unknown options.
 * @source R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural networks", ICML 2013,
 * equations 3 to 6
 *
 * @example
 * ```ts
 * import { ones, Rng, sum } from '@unroll/core';
 * import { gradientFlow, irnn } from '@unroll/nn';
 * const cell = irnn({ inputSize: 1, hiddenSize: 2, gain: 0.5, rng: new Rng(1) });
 * cell.bias.assign(ones([2]));
 * const flow = gradientFlow(cell, ones([1, 3, 1]), { loss: ({ finalState }) => sum(finalState.h) });
 * flow.finalState.h.toArray(); // [[0.125, 0.25, 0.5, 1]]
 * flow.exact; // true
 * ```
 */
export function gradientFlow<State extends TensorTree>(
  cell: Cell<State>,
  x: TensorLike,
  options: GradientFlowOptions<NoInfer<State>>,
): GradientFlow<State> {
  const op = 'gradientFlow';
  checkOptions(op, options, ['initialState', 'lengths', 'mask', 'loss', 'directions', 'rng']);
  const { loss: lossOf, directions = 64, rng = new Rng(0), initialState: given, ...realSteps } = options;
  checkSize(op, 'directions', directions);
  const sequences = toTensor(op, x);
  const [batch = 0, steps = 0] = sequences.shape;
  const real = readRealSteps(op, realSteps, batch, steps);

  const tape = new Tape();
  const notes: NotedStep<State>[] = [];
  const { loss, end, final, flags } = tape.record(() => {
    const initialState = given === undefined ? undefined : apart(given);
    const run = unroll(notedCell(cell, notes), sequences, { ...realSteps, initialState });
    for (const { next } of notes) partsOf(next).forEach(makeKnown);
    const flags = changing(notes);
    return { loss: lossOf(run), end: run.finalState, final: inOneRow(select(run.finalState, flags)), flags };
  });

  const size = final.shape[1] as number;
  const exact = directions >= size;
  const count = Math.min(directions, size);
  const taken = notes.map(({ state }) => state);
  const between = [...taken, end];
  function* walks(): Generator<Tensor[]> {
    const targets = between.flatMap(partsOf);
    for (let k = 0; k < count; k++) {
      const direction = exact ? unitRows(batch, size, k) : normalRows(batch, size, rng);
      yield tape.gradient(final, targets, { seed: tensor(direction, { shape: final.shape, dtype: final.dtype }) });
    }
  }
  const made = [...taken.slice(0, 1), ...notes.map(({ next }) => next)];
  return {
    loss: normsOf(made, [tape.gradient(loss, made.flatMap(partsOf))], () => 1),
    finalState: normsOf(between, walks(), (width) => (exact ? width : width * count)),
    spectralRadius: spectralRadii(cell, notes, flags, count, rng, real),
    exact,
  };
}

/** Which tensors of a state have gradients, and are not handed on by every step as they are. */
function changing(notes: readonly NotedStep<TensorTree>[]): boolean[] {
  const parts = partsOf(notes[0]?.state);
  const flags = parts.map(({ dtype }, i) => dtype !== 'int32' && notes.some(({ made }) => made[i]));
  if (flags.includes(true)) return flags;
  throw new ValueError({
    op: 'gradientFlow',
    what: 'no step changes the state',
    rule: 'gradients flow through time along a state',
    mend: 'Pass a cell that carries one',
  });
}

/** Row k of the identity for each sequence. */
function unitRows(batch: number, size: number, k: number): Float64Array {
  return Float64Array.from({ length: batch * size }, (_, i) => (i % size === k ? 1 : 0));
}

function normalRows(batch: number, size: number, rng: Rng): Float64Array {
  return Float64Array.from({ length: batch * size }, () => rng.normal());
}

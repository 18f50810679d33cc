/** The Jacobians of single steps. */
import { concat, type Rng, stopGradient, Tape, type Tensor, type TensorTree, tensor } from '@unroll/core';
import { type Cell, inRun } from '../recurrent/cell.js';
import type { RealSteps } from '../recurrent/lengths.js';
import { joinStates, partsOf } from '../state-parts.js';
import { arnoldi } from './arnoldi.js';
import type { NotedStep } from './observed-cell.js';
import { spectralRadius } from './spectral-radius.js';
import { inOneRow } from './state-rows.js';

/** Makes a tensor that no operation has read yet part of the recording. */
export function makeKnown(part: Tensor): void {
  stopGradient(part);
}

/** The tensors of a state for which a flag is set. */
export function select(state: TensorTree, flags: readonly boolean[]): Tensor[] {
  return partsOf(state).filter((_, i) => flags[i]);
}

/**
 * The spectral radius of each step's Jacobian, by `count` vector–Jacobian products of one step of all sequences at all
 * times at once: `[N, T]`, and 1 in the padding, where the state is kept.
 */
export function spectralRadii<State extends TensorTree>(
  cell: Cell<State>,
  notes: readonly NotedStep<State>[],
  flags: readonly boolean[],
  count: number,
  rng: Rng,
  real: RealSteps | null,
): Tensor {
  const x = concat(notes.map((note) => note.x));
  const before = notes.map((note) => note.state);
  const state = joinStates(before, concat);
  const parts = select(state, flags);
  const tape = new Tape();
  const next = tape.record(() => {
    parts.forEach(makeKnown);
    return inRun(cell, () => inOneRow(select(cell.step(x, state).state, flags)));
  });
  const [rows, size] = next.shape as readonly [number, number];
  // Jᵀ has the eigenvalues of J.
  const multiply = (vectors: Float64Array): Float64Array => {
    const seed = tensor(vectors, { shape: next.shape, dtype: next.dtype });
    return Float64Array.from(inOneRow(tape.gradient(next, parts, { seed })).data);
  };
  const radii = arnoldi(multiply, rows, size, count, rng).map((matrix) => spectralRadius(matrix, count));

  const steps = notes.length;
  const batch = rows / steps;
  const bySequence = Float64Array.from({ length: rows }, (_, i) => {
    const [n, t] = [Math.floor(i / steps), i % steps];
    return real?.flags[i] === 0 ? 1 : (radii[t * batch + n] as number);
  });
  return tensor(bySequence, { shape: [batch, steps], dtype: next.dtype });
}

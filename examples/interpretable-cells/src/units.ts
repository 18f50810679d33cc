/** What the units of a model do while it reads, and how well each of them keeps track of something. */
import {
  concat,
  div,
  mapTensors,
  matmul,
  maximum,
  mean,
  pick,
  reshape,
  scratch,
  slice,
  sqrt,
  square,
  sub,
  type Tensor,
  tanh,
  tensor,
  transpose,
} from '@unroll/core';
import { type LSTMState, traceStates } from '@unroll/nn';
import type { CharModel, ModelState } from 'example-char-lm';
import type { Passages } from './passages.js';

/** Characters that are read at once: all states of a piece are kept. */
const PIECE = 100;

/**
 * The memories of an LSTM along some passages: first as they are, then as the cell shows them, squashed.
 *
 * Shapes: `[S, 2H]`, one passage behind the other without the warm-up.
 */
export function traceUnits({ cell }: CharModel, { ids, warmUp }: Omit<Passages, 'properties'>): Tensor {
  const length = ids[0]?.length ?? 0;
  const x = tensor(Int32Array.from(ids.flatMap((passage) => [...passage])), { shape: [ids.length, length] });
  const pieces: Tensor[] = [];
  let initialState: ModelState | undefined;
  for (let begin = 0; begin < length; begin += PIECE) {
    const states = traceStates(cell, slice(x, 1, begin, Math.min(begin + PIECE, length)), { initialState });
    initialState = mapTensors(states, (t) => pick(t, 1, -1));
    const [{ c }] = states as unknown as readonly [LSTMState]; // one layer
    pieces.push(c);
  }
  const memories = reshape(slice(concat(pieces, 1), 1, warmUp, length), [-1, cell.outputSize]);
  return concat([memories, tanh(memories)], 1);
}

/** `c 17` is the memory of unit 17, `tanh c 17` the same between -1 and 1. */
export function nameOf(column: number, columns: number): string {
  const units = columns / 2;
  return column < units ? `c ${column}` : `tanh c ${column - units}`;
}

/** Pearson's correlation of each column of a with each of b; 0 for one that never changes. Shapes: `[S, P]`, `[S, Q]` → `[P, Q]`. */
export function correlations(a: Tensor, b: Tensor): Tensor {
  return scratch(() => div(matmul(transpose(standardized(a)), standardized(b)), a.shape[0] ?? 1));
}

/** Columns of mean 0 and variance 1. */
export function standardized(columns: Tensor): Tensor {
  return scratch(() => {
    const centred = sub(columns, mean(columns, 0));
    return div(centred, maximum(sqrt(mean(square(centred), 0)), 1e-6));
  });
}

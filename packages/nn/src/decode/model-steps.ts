/** Steps of a token model as everything that decodes takes them: held to the contract, and with a name in messages. */
import {
  forEachTensor,
  formatShape,
  gather,
  mapTensors,
  namedScope,
  ShapeError,
  type Tensor,
  type TensorData,
  type TensorTree,
  tensor,
  ValueError,
} from '@unroll/core';
import { checkBatch } from '../recurrent/cell.js';
import type { TokenModel, TokenStep } from './token-model.js';

/** Runs `fn` as part of step `t` of a model: errors say so. */
export function inStep<T>(model: object, t: number, fn: () => T): T {
  const name = Object.getPrototypeOf(model) === Object.prototype ? 'model' : model.constructor.name;
  return namedScope(`${name}.step`, fn, t);
}

/** One step. Errors: `ShapeError` for an answer that breaks the contract; whatever the model throws. */
export function takeStep<State extends TensorTree>(
  op: string,
  model: TokenModel<State>,
  ids: Int32Array,
  state: State,
  t: number,
): TokenStep<State> {
  return inStep(model, t, () => {
    const next = model.step(tensor(ids), state);
    checkStep(op, next, [ids.length, model.vocabularySize]);
    return next;
  });
}

/** Refuses an answer that breaks the contract. Errors: `ShapeError`. */
export function checkStep(op: string, { logits, state }: TokenStep<TensorTree>, wanted: readonly number[]): void {
  if (String(logits.shape) !== String(wanted)) {
    throw new ShapeError({
      op,
      what: 'the logits break the contract of a token model',
      arrays: { logits },
      rule: `with these ids and this vocabularySize they must be ${formatShape(wanted)}`,
      mend: 'Score each token of the vocabulary once for each id',
    });
  }
  checkBatch(op, 'nextState', state, wanted[0] as number, 'Return the state of each sequence in its row');
}

/** How many sequences a state is for; null when it holds no tensors. Errors: `ShapeError` when its tensors disagree. */
export function batchOf(op: string, state: TensorTree): number | null {
  let batch: number | null = null;
  forEachTensor(state, (part) => {
    batch ??= part.shape[0] ?? 0;
  });
  if (batch !== null) checkBatch(op, 'state', state, batch, 'Pass the state of one batch');
  return batch;
}

/** A state whose row `i` is row `rows[i]` of another. */
export function takeRows<State extends TensorTree>(state: State, rows: Int32Array): State {
  const index = tensor(rows);
  return mapTensors(state, (part) => {
    if (part.shape[0] === rows.length && rows.every((row, i) => row === i)) return part;
    if (part.dtype !== 'int32') return gather(part, index);
    const width = part.size / (part.shape[0] as number);
    const { data } = part;
    const taken = new Int32Array(rows.length * width);
    rows.forEach((row, i) => {
      taken.set(data.subarray(row * width, (row + 1) * width), i * width);
    });
    return tensor(taken, { shape: [rows.length, ...part.shape.slice(1)] });
  });
}

/**
 * The rows of logits as plain numbers, which are the caller's.
 *
 * Errors: `ValueError` for NaN or +∞ among them, and for a row of −∞ alone.
 */
export function readScores(op: string, logits: Tensor): TensorData[] {
  const [batch, classes] = logits.shape as readonly [number, number];
  const { data } = logits;
  return Array.from({ length: batch }, (_, n) => {
    const row = data.subarray(n * classes, (n + 1) * classes);
    const wrong = row.findIndex((score) => !(score < Infinity));
    if (wrong >= 0) throw noScore(op, logits, `${row[wrong]} at ${formatShape([n, wrong])}`);
    if (row.every((score) => score === -Infinity)) throw noScore(op, logits, `−∞ throughout row ${n}`);
    return row;
  });
}

function noScore(op: string, logits: Tensor, what: string): ValueError {
  return new ValueError({
    op,
    what: `the logits are ${what}`,
    arrays: { logits },
    rule: 'a score is finite, or −∞ for a token that cannot follow, and some token must be able to',
    mend: 'Look for its origin with detectAnomaly, or correct what the model rules out',
  });
}

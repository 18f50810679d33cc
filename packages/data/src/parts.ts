/** Examples of any kind in parts; which example goes where is decided elsewhere. */
import { checkSize, Tensor, ValueError } from '@unroll/core';
import { rowsOf, takeRows } from './rows.js';

/** An array, ids of a text, the rows of a tensor, or, for a number n, the indices 0 … n − 1. */
export type Examples = number | Int32Array | Tensor | readonly unknown[];

/** A part of them: indices for a number, otherwise the same kind again. */
export type PartOf<E extends Examples> = E extends number | Int32Array
  ? Int32Array
  : E extends Tensor
    ? Tensor
    : E extends readonly (infer Item)[]
      ? Item[]
      : never;

/** One part for each fraction. */
export type Parts<Fractions extends readonly number[], Part> = { readonly [K in keyof Fractions]: Part };

/** How many examples there are. Errors: `ValueError` for a number that is no size; `ShapeError` for a scalar tensor. */
export function countExamples(op: string, examples: Examples): number {
  if (examples instanceof Tensor) return rowsOf(op, 'tensor', examples).count;
  if (typeof examples !== 'number') return examples.length;
  checkSize(op, 'length', examples);
  return examples;
}

/** The parts whose examples stand at the given places. */
export function takeParts(op: string, examples: Examples, places: readonly Int32Array[]): readonly unknown[] {
  if (typeof examples === 'number') return places;
  if (examples instanceof Tensor) {
    const rows = rowsOf(op, 'tensor', examples);
    return places.map((own) => takeRows(rows, own));
  }
  if (examples instanceof Int32Array) return places.map((own) => own.map((i) => examples[i] as number));
  return places.map((own) => Array.from(own, (i) => examples[i]));
}

/** Errors: `ValueError` for fractions that are no shares of a whole. */
export function checkFractions(op: string, fractions: readonly number[]): void {
  const total = fractions.reduce((sum, fraction) => sum + fraction, 0);
  if (fractions.every((fraction) => fraction > 0) && Math.abs(total - 1) < 1e-9) return;
  throw new ValueError({
    op,
    what: `fractions are [${fractions.join(', ')}]`,
    rule: 'fractions are above 0 and add up to 1',
    mend: 'Pass such numbers, as [0.8, 0.1, 0.1]',
  });
}

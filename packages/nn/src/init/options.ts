/** What all initialisers take, and what they refuse. */
import { checkSize, type DataType, type Rng, ShapeError, ValueError } from '@unroll/core';

/** Options of every initialiser that draws. */
export interface InitOptions {
  /** The generator to draw from; `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
  /** `'float32'` unless something else is said. */
  readonly dtype?: DataType | undefined;
}

/** Refuses a scale that is negative or not finite. Errors: `ValueError`. */
export function checkScale(op: string, name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new ValueError({
    op,
    what: `${name} is ${value}`,
    rule: `${name} must be a finite number of at least 0`,
    mend: `Pass such a ${name}`,
  });
}

/** The sizes of a matrix of weights. Errors: `ShapeError` when there are not two; `ValueError` for a size below 1. */
export function fansOf(op: string, shape: readonly number[]): { readonly fanIn: number; readonly fanOut: number } {
  const [fanOut, fanIn] = shape;
  if (shape.length !== 2 || fanOut === undefined || fanIn === undefined) {
    throw new ShapeError({
      op,
      what: 'the shape is not that of a matrix',
      arrays: { shape: { shape } },
      rule: 'weights are [outputs, inputs]',
      mend: 'Pass two sizes',
    });
  }
  checkSize(op, 'the number of outputs', fanOut);
  checkSize(op, 'the number of inputs', fanIn);
  return { fanIn, fanOut };
}

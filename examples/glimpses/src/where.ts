/** Whether a reader that may look where it likes follows the digit. */
import type { Tensor } from '@unroll/core';
import { traceStates } from '@unroll/nn';
import type { GlimpseCell } from './glimpse-cell.js';
import { pictureAgain } from './readers.js';

/** Lighter pixels are taken for noise. */
const INK = 0.5;

/** Pearson's correlation of the middle of a window with that of the ink. */
export interface Following {
  readonly across: number;
  readonly down: number;
}

/** How the second look goes with the ink of the pictures `[N, 14, 14]`; the first is the same for all of them. */
export function followsInk(cell: GlimpseCell, pictures: Tensor): Following {
  const windows = traceStates(cell, pictureAgain(pictures)).window.toArray() as number[][][];
  const middles = (pictures.toArray() as number[][][]).map(middleOfInk);
  const along = (axis: 0 | 1): number =>
    correlation(
      windows.map((looks) => looks[1]?.[axis] ?? 0),
      middles.map((middle) => middle[axis]),
    );
  return { across: along(0), down: along(1) };
}

/** Right, then down, in pixels. */
export function middleOfInk(picture: readonly (readonly number[])[]): readonly [x: number, y: number] {
  let [sum, right, down] = [0, 0, 0];
  for (const [y, row] of picture.entries()) {
    for (const [x, ink] of row.entries()) {
      if (ink < INK) continue;
      sum += ink;
      right += ink * x;
      down += ink * y;
    }
  }
  return [right / sum, down / sum];
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = (c: readonly number[], meanC: number, d: readonly number[], meanD: number): number =>
    mean(c.map((value, n) => (value - meanC) * ((d[n] ?? 0) - meanD)));
  return covariance(a, meanA, b, meanB) / Math.sqrt(covariance(a, meanA, a, meanA) * covariance(b, meanB, b, meanB));
}

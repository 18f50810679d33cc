/** Rows into numbers, into shares or into running values, straight from the definitions. */
import { exp, log } from '../elementary.js';
import type { KernelTable, ReduceKernel, UnaryKernel } from '../kernels.js';
import { indices, type Operands } from './matrix.js';

type Reductions = Pick<
  KernelTable,
  | 'sum'
  | 'max'
  | 'min'
  | 'logsumexp'
  | 'argmax'
  | 'softmax'
  | 'logSoftmax'
  | 'crossEntropy'
  | 'crossEntropyGradient'
  | 'linearRecurrence'
>;

const sumOf = (row: readonly number[]): number => row.reduce((total, x) => total + x, 0);
/** NaN if any is; −∞ of nothing. */
const maxOf = (row: readonly number[]): number => row.reduce((found, x) => Math.max(found, x), -Infinity);
const minOf = (row: readonly number[]): number => row.reduce((found, x) => Math.min(found, x), Infinity);

/** `x − m`, where the infinite maximum is at distance 0 from itself. */
const distance = (x: number, m: number): number => (x === m ? 0 : x - m);

function logSumExpOf(row: readonly number[]): number {
  const m = maxOf(row);
  return m === -Infinity ? m : m + log(sumOf(row.map((x) => exp(distance(x, m)))));
}

function argmaxOf(row: readonly number[]): number {
  const firstNaN = row.findIndex(Number.isNaN);
  return firstNaN >= 0 ? firstNaN : Math.max(row.indexOf(maxOf(row)), 0);
}

function softmaxOf(row: readonly number[]): number[] {
  const m = maxOf(row);
  const weights = row.map((x) => exp(distance(x, m)));
  const total = sumOf(weights);
  return weights.map((weight) => weight / total);
}

function logSoftmaxOf(row: readonly number[]): number[] {
  const m = maxOf(row);
  const total = sumOf(row.map((x) => exp(distance(x, m))));
  return row.map((x) => distance(x, m) - log(total));
}

function crossEntropyOf(row: readonly number[], id: number): number {
  const m = maxOf(row);
  const total = sumOf(row.map((x) => exp(distance(x, m))));
  return log(total) - distance(row[id] as number, m);
}

export function reductions({ matrix, vector }: Operands): Reductions {
  const rowsOf = (rows: number, cols: number, x: number, xRow: number, xCol: number): number[][] => {
    const entries = matrix(rows, cols, x, xRow, xCol);
    return Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, (_, j) => entries.get(i, j)));
  };

  /** Each row becomes one number. */
  const reduced =
    (definition: (row: readonly number[]) => number): ReduceKernel =>
    (rows, cols, x, xRow, xCol, out, outStep) => {
      const target = vector(rows, out, outStep);
      for (const [i, row] of rowsOf(rows, cols, x, xRow, xCol).entries()) target.set(i, definition(row));
    };

  /** Each row becomes a row. */
  const normalised =
    (definition: (row: readonly number[]) => number[]): UnaryKernel =>
    (rows, cols, x, xRow, xCol, out, outRow, outCol) => {
      const target = matrix(rows, cols, out, outRow, outCol);
      for (const [i, row] of rowsOf(rows, cols, x, xRow, xCol).entries()) {
        for (const [j, value] of definition(row).entries()) target.set(i, j, value);
      }
    };

  return {
    sum: reduced(sumOf),
    max: reduced(maxOf),
    min: reduced(minOf),
    logsumexp: reduced(logSumExpOf),
    argmax: (rows, cols, x, xRow, xCol, out, outStep) => {
      const target = indices(rows, out, outStep);
      for (const [i, row] of rowsOf(rows, cols, x, xRow, xCol).entries()) target.set(i, argmaxOf(row));
    },
    softmax: normalised(softmaxOf),
    logSoftmax: normalised(logSoftmaxOf),
    crossEntropy: (rows, cols, x, xRow, xCol, ids, out, outStep) => {
      const id = indices(rows, ids, 1);
      const target = vector(rows, out, outStep);
      for (const [i, row] of rowsOf(rows, cols, x, xRow, xCol).entries()) {
        target.set(i, crossEntropyOf(row, id.get(i)));
      }
    },
    crossEntropyGradient: (rows, cols, x, xRow, xCol, ids, g, gStep, out, outRow, outCol, accumulate) => {
      const id = indices(rows, ids, 1);
      const gradients = vector(rows, g, gStep);
      const target = matrix(rows, cols, out, outRow, outCol);
      for (const [i, row] of rowsOf(rows, cols, x, xRow, xCol).entries()) {
        for (const [j, share] of softmaxOf(row).entries()) {
          const change = gradients.get(i) * (j === id.get(i) ? share - 1 : share);
          target.set(i, j, accumulate === 1 ? target.get(i, j) + change : change);
        }
      }
    },
    linearRecurrence: (rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol) => {
      const factors = matrix(rows, Math.max(cols - 1, 0), a, aRow, aCol);
      const inputs = matrix(rows, cols, b, bRow, bCol);
      const target = matrix(rows, cols, out, outRow, outCol);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < cols; j++) {
          const input = inputs.get(i, j);
          target.set(i, j, j === 0 ? input : factors.get(i, j - 1) * target.get(i, j - 1) + input);
        }
      }
    },
  };
}

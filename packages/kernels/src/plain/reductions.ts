/** Loops that turn rows into numbers or into shares. Sums run left to right in float64 and are rounded once. */
import { exp, log } from '../elementary.js';
import type { KernelTable, ReduceKernel, UnaryKernel } from '../kernels.js';
import { views } from '../memory.js';

const sum: ReduceKernel = (rows, cols, x, xRow, xCol, out, outStep) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let from = x + i * xRow;
    let total = 0;
    for (let j = 0; j < cols; j++) {
      total += data[from] as number;
      from += xCol;
    }
    data[out + i * outStep] = total;
  }
};

/** The largest of `cols` numbers, NaN if any is NaN, −∞ of none. */
function largest(data: Float32Array, cols: number, x: number, xCol: number): number {
  let found = -Infinity;
  let from = x;
  for (let j = 0; j < cols; j++) {
    found = Math.max(found, data[from] as number);
    from += xCol;
  }
  return found;
}

const max: ReduceKernel = (rows, cols, x, xRow, xCol, out, outStep) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) data[out + i * outStep] = largest(data, cols, x + i * xRow, xCol);
};

const min: ReduceKernel = (rows, cols, x, xRow, xCol, out, outStep) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let from = x + i * xRow;
    let found = Infinity;
    for (let j = 0; j < cols; j++) {
      found = Math.min(found, data[from] as number);
      from += xCol;
    }
    data[out + i * outStep] = found;
  }
};

/**
 * `Σ eˣ⁻ᵐ`. An infinite maximum `m` would make every difference NaN, so entries equal to it count as `e⁰`
 * (and the others, infinitely far below, as 0).
 */
function sumOfExponentials(data: Float32Array, cols: number, x: number, xCol: number, m: number): number {
  let total = 0;
  let from = x;
  for (let j = 0; j < cols; j++) {
    const value = data[from] as number;
    total += value === m ? 1 : exp(value - m);
    from += xCol;
  }
  return total;
}

const logsumexp: ReduceKernel = (rows, cols, x, xRow, xCol, out, outStep) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    const row = x + i * xRow;
    const m = largest(data, cols, row, xCol);
    // Over nothing, or over −∞ alone, m is −∞ and stays it, whatever is added.
    data[out + i * outStep] = m === -Infinity ? m : m + log(sumOfExponentials(data, cols, row, xCol, m));
  }
};

const argmax: ReduceKernel = (rows, cols, x, xRow, xCol, out, outStep) => {
  const data = views.float32;
  const indices = views.int32;
  for (let i = 0; i < rows; i++) {
    let from = x + i * xRow;
    let best = data[from] as number;
    let index = 0;
    for (let j = 1; j < cols && best === best; j++) {
      from += xCol;
      const value = data[from] as number;
      // Not `value > best`: a NaN must win too.
      if (!(value <= best)) {
        best = value;
        index = j;
      }
    }
    indices[out + i * outStep] = index;
  }
};

const softmax: UnaryKernel = (rows, cols, x, xRow, xCol, out, outRow, outCol) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let from = x + i * xRow;
    let to = out + i * outRow;
    const m = largest(data, cols, from, xCol);
    const total = sumOfExponentials(data, cols, from, xCol, m);
    for (let j = 0; j < cols; j++) {
      const value = data[from] as number;
      data[to] = (value === m ? 1 : exp(value - m)) / total;
      from += xCol;
      to += outCol;
    }
  }
};

const logSoftmax: UnaryKernel = (rows, cols, x, xRow, xCol, out, outRow, outCol) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let from = x + i * xRow;
    let to = out + i * outRow;
    const m = largest(data, cols, from, xCol);
    const logTotal = log(sumOfExponentials(data, cols, from, xCol, m));
    for (let j = 0; j < cols; j++) {
      const value = data[from] as number;
      data[to] = (value === m ? 0 : value - m) - logTotal;
      from += xCol;
      to += outCol;
    }
  }
};

const crossEntropy: KernelTable['crossEntropy'] = (rows, cols, x, xRow, xCol, ids, out, outStep) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    const row = x + i * xRow;
    const m = largest(data, cols, row, xCol);
    const picked = data[row + (views.int32[ids + i] as number) * xCol] as number;
    data[out + i * outStep] = log(sumOfExponentials(data, cols, row, xCol, m)) - (picked === m ? 0 : picked - m);
  }
};

const crossEntropyGradient: KernelTable['crossEntropyGradient'] = (
  rows,
  cols,
  x,
  xRow,
  xCol,
  ids,
  g,
  gStep,
  out,
  outRow,
  outCol,
  accumulate,
) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let from = x + i * xRow;
    let to = out + i * outRow;
    const id = views.int32[ids + i] as number;
    const gradient = data[g + i * gStep] as number;
    const m = largest(data, cols, from, xCol);
    const total = sumOfExponentials(data, cols, from, xCol, m);
    for (let j = 0; j < cols; j++) {
      const value = data[from] as number;
      const share = (value === m ? 1 : exp(value - m)) / total;
      const entry = gradient * (j === id ? share - 1 : share);
      data[to] = accumulate === 1 ? (data[to] as number) + entry : entry;
      from += xCol;
      to += outCol;
    }
  }
};

export const reductions: Pick<
  KernelTable,
  'sum' | 'max' | 'min' | 'logsumexp' | 'argmax' | 'softmax' | 'logSoftmax' | 'crossEntropy' | 'crossEntropyGradient'
> = { sum, max, min, logsumexp, argmax, softmax, logSoftmax, crossEntropy, crossEntropyGradient };

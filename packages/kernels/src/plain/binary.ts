/** Elementwise loops over two arrays and a choice between them; written out for the reason that `unary.ts` gives. */
import { pow as power } from '../elementary.js';
import type { BinaryKernel, GradientKernel, KernelTable } from '../kernels.js';
import { views } from '../memory.js';

const add: BinaryKernel = (rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let left = a + i * aRow;
    let right = b + i * bRow;
    let to = out + i * outRow;
    for (let j = 0; j < cols; j++) {
      data[to] = (data[left] as number) + (data[right] as number);
      left += aCol;
      right += bCol;
      to += outCol;
    }
  }
};

const sub: BinaryKernel = (rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let left = a + i * aRow;
    let right = b + i * bRow;
    let to = out + i * outRow;
    for (let j = 0; j < cols; j++) {
      data[to] = (data[left] as number) - (data[right] as number);
      left += aCol;
      right += bCol;
      to += outCol;
    }
  }
};

const mul: BinaryKernel = (rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let left = a + i * aRow;
    let right = b + i * bRow;
    let to = out + i * outRow;
    for (let j = 0; j < cols; j++) {
      data[to] = (data[left] as number) * (data[right] as number);
      left += aCol;
      right += bCol;
      to += outCol;
    }
  }
};

const div: BinaryKernel = (rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let left = a + i * aRow;
    let right = b + i * bRow;
    let to = out + i * outRow;
    for (let j = 0; j < cols; j++) {
      data[to] = (data[left] as number) / (data[right] as number);
      left += aCol;
      right += bCol;
      to += outCol;
    }
  }
};

const pow: BinaryKernel = (rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let left = a + i * aRow;
    let right = b + i * bRow;
    let to = out + i * outRow;
    for (let j = 0; j < cols; j++) {
      data[to] = power(data[left] as number, data[right] as number);
      left += aCol;
      right += bCol;
      to += outCol;
    }
  }
};

const maximum: BinaryKernel = (rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let left = a + i * aRow;
    let right = b + i * bRow;
    let to = out + i * outRow;
    for (let j = 0; j < cols; j++) {
      data[to] = Math.max(data[left] as number, data[right] as number);
      left += aCol;
      right += bCol;
      to += outCol;
    }
  }
};

const minimum: BinaryKernel = (rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let left = a + i * aRow;
    let right = b + i * bRow;
    let to = out + i * outRow;
    for (let j = 0; j < cols; j++) {
      data[to] = Math.min(data[left] as number, data[right] as number);
      left += aCol;
      right += bCol;
      to += outCol;
    }
  }
};

const multiplyAdd: BinaryKernel = (rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let left = a + i * aRow;
    let right = b + i * bRow;
    let to = out + i * outRow;
    for (let j = 0; j < cols; j++) {
      data[to] = (data[to] as number) + (data[left] as number) * (data[right] as number);
      left += aCol;
      right += bCol;
      to += outCol;
    }
  }
};

const tanhGradient: GradientKernel = (rows, cols, y, yRow, yCol, g, gRow, gCol, out, outRow, outCol, accumulate) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let left = y + i * yRow;
    let right = g + i * gRow;
    let to = out + i * outRow;
    for (let j = 0; j < cols; j++) {
      const value = data[left] as number;
      const gradient = (data[right] as number) * (1 - value * value);
      data[to] = accumulate === 1 ? (data[to] as number) + gradient : gradient;
      left += yCol;
      right += gCol;
      to += outCol;
    }
  }
};

const sigmoidGradient: GradientKernel = (rows, cols, y, yRow, yCol, g, gRow, gCol, out, outRow, outCol, accumulate) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let left = y + i * yRow;
    let right = g + i * gRow;
    let to = out + i * outRow;
    for (let j = 0; j < cols; j++) {
      const value = data[left] as number;
      const gradient = (data[right] as number) * value * (1 - value);
      data[to] = accumulate === 1 ? (data[to] as number) + gradient : gradient;
      left += yCol;
      right += gCol;
      to += outCol;
    }
  }
};

const where: KernelTable['where'] = (
  rows,
  cols,
  condition,
  conditionRow,
  conditionCol,
  a,
  aRow,
  aCol,
  b,
  bRow,
  bCol,
  out,
  outRow,
  outCol,
) => {
  const data = views.float32;
  for (let i = 0; i < rows; i++) {
    let test = condition + i * conditionRow;
    let left = a + i * aRow;
    let right = b + i * bRow;
    let to = out + i * outRow;
    for (let j = 0; j < cols; j++) {
      data[to] = data[test] !== 0 ? (data[left] as number) : (data[right] as number);
      test += conditionCol;
      left += aCol;
      right += bCol;
      to += outCol;
    }
  }
};

export const binary: Pick<
  KernelTable,
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'maximum'
  | 'minimum'
  | 'where'
  | 'multiplyAdd'
  | 'tanhGradient'
  | 'sigmoidGradient'
> = {
  add,
  sub,
  mul,
  div,
  pow,
  maximum,
  minimum,
  where,
  multiplyAdd,
  tanhGradient,
  sigmoidGradient,
};

/** Along which arguments each kernel can be cut, and how long it takes: what decides whether cutting it pays. */
import type { KernelTable } from '../kernels.js';

/** An argument that counts what can be divided. */
export interface Axis {
  readonly extentAt: number;
  /** Chunks take whole multiples of it. */
  readonly unit: number;
  /** Arguments that move, each by a stride that is another argument; −1 stands for a stride of 1. */
  readonly moves: readonly (readonly [position: number, stride: number])[];
}

/** How a kernel is divided. */
export interface Plan {
  /** The first that has room enough is taken. */
  readonly axes: readonly Axis[];
  /** About how many nanoseconds a call takes on one thread. */
  readonly nanoseconds: (args: readonly number[]) => number;
}

/** Numbers of a cache line: two threads should not write into the same. */
const LINE = 16;
/** Blocks of packed columns, one after the other (`assembly/gemm.ts`). */
const PACKED_BLOCK = 512;

/** A kernel over rows × columns, whose operands begin at `first`: position, row stride, column stride of each. */
function entrywise(nanoseconds: number, operands: number, first = 2): Plan {
  const along = (stride: 1 | 2) =>
    Array.from({ length: operands }, (_, i) => [first + 3 * i, first + 3 * i + stride] as const);
  return {
    axes: [
      { extentAt: 0, unit: 1, moves: along(1) },
      { extentAt: 1, unit: LINE, moves: along(2) },
    ],
    nanoseconds: grid(nanoseconds),
  };
}

/** A kernel in which each row stands by itself. */
function rowwise(nanoseconds: number, moves: Axis['moves']): Plan {
  return { axes: [{ extentAt: 0, unit: 1, moves }], nanoseconds: grid(nanoseconds) };
}

/** An update rule: `arrays` of n numbers each, the first at argument 1. */
function update(nanoseconds: number, arrays: number): Plan {
  const moves = Array.from({ length: arrays }, (_, i) => [1 + i, -1] as const);
  return { axes: [{ extentAt: 0, unit: LINE, moves }], nanoseconds: ([n = 0]) => n * nanoseconds };
}

function grid(nanoseconds: number): Plan['nanoseconds'] {
  return ([rows = 0, cols = 0]) => rows * cols * nanoseconds;
}

/** A product makes some 45 multiplications and additions in a nanosecond. */
const product: Plan['nanoseconds'] = ([m = 0, n = 0, k = 0]) => (2 * m * n * k) / 45;

const [unary, binary, gradient] = [entrywise(0.15, 2), entrywise(0.2, 3), entrywise(0.25, 3)];
const transcendental = entrywise(1, 2);
/** Of unary kernels and reductions: both have their output at 5, its stride for a row at 6. */
const rows = (nanoseconds: number): Plan =>
  rowwise(nanoseconds, [
    [2, 3],
    [5, 6],
  ]);
const reduction = rows(0.15);

/** All kernels but `packedSize`, which computes one number. */
export const plans: { readonly [Name in Exclude<keyof KernelTable, 'dtype' | 'packedSize'>]: Plan } = {
  copy: unary,
  fill: entrywise(0.1, 1, 3),
  equal: binary,
  greater: binary,
  less: binary,
  neg: unary,
  sqrt: unary,
  square: unary,
  abs: unary,
  sign: unary,
  relu: unary,
  exp: transcendental,
  log: transcendental,
  log1p: transcendental,
  expm1: transcendental,
  tanh: transcendental,
  sigmoid: transcendental,
  softplus: entrywise(2, 2),
  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  maximum: binary,
  minimum: binary,
  pow: entrywise(10, 3),
  accumulate: unary,
  addScaled: entrywise(0.2, 2, 3),
  scale: entrywise(0.15, 2, 3),
  clamp: entrywise(0.15, 2, 4),
  multiplyAdd: binary,
  tanhGradient: gradient,
  sigmoidGradient: gradient,
  where: entrywise(0.3, 4),
  sum: reduction,
  max: reduction,
  min: reduction,
  argmax: rows(0.5),
  logsumexp: rows(1.2),
  softmax: rows(1.3),
  logSoftmax: rows(1.3),
  linearRecurrence: rowwise(1, [
    [2, 3],
    [5, 6],
    [8, 9],
  ]),
  crossEntropy: rowwise(1.2, [
    [2, 3],
    [5, -1],
    [6, 7],
  ]),
  crossEntropyGradient: rowwise(1.3, [
    [2, 3],
    [5, -1],
    [6, 7],
    [8, 9],
  ]),
  gemm: {
    axes: [
      {
        extentAt: 1,
        unit: 2 * LINE,
        moves: [
          [6, 8],
          [9, 11],
        ],
      },
      {
        extentAt: 0,
        unit: 16,
        moves: [
          [3, 4],
          [9, 10],
        ],
      },
    ],
    nanoseconds: product,
  },
  gemmPacked: {
    axes: [
      {
        extentAt: 0,
        unit: 8,
        moves: [
          [3, 4],
          [7, 8],
        ],
      },
      {
        extentAt: 1,
        unit: PACKED_BLOCK,
        moves: [
          [6, 2],
          [7, 9],
        ],
      },
    ],
    nanoseconds: product,
  },
  pack: {
    axes: [
      {
        extentAt: 0,
        unit: PACKED_BLOCK,
        moves: [
          [2, 4],
          [5, 1],
        ],
      },
    ],
    nanoseconds: ([n = 0, k = 0]) => n * k * 0.3,
  },
  gatherRows: rowwise(0.2, [
    [5, -1],
    [6, 7],
  ]),
  // Its rows may add to the same one: threads take columns.
  scatterAddRows: {
    axes: [
      {
        extentAt: 1,
        unit: LINE,
        moves: [
          [2, 4],
          [6, 8],
        ],
      },
    ],
    nanoseconds: grid(0.3),
  },
  sgd: update(0.3, 3),
  adagrad: update(0.6, 3),
  rmsprop: update(0.8, 5),
  adam: update(0.9, 4),
};

/** The names of these kernels in the order that all threads know them by. */
export const kernelNames: readonly (keyof typeof plans)[] = Object.keys(plans) as (keyof typeof plans)[];

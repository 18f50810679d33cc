/** Elementwise loops: ndarray-ops where it has the operation, a double loop over the definition elsewhere. */
import ops from 'ndarray-ops';
import { exp, expm1, log, log1p, pow, sigmoid, softplus, tanh } from '../elementary.js';
import type { BinaryKernel, GradientKernel, KernelTable, UnaryKernel } from '../kernels.js';
import type { Floats, Operands } from './matrix.js';
import type { products } from './products.js';
import type { reductions } from './reductions.js';
import type { updates } from './updates.js';

type Elementwise = Omit<
  KernelTable,
  'dtype' | keyof ReturnType<typeof reductions> | keyof ReturnType<typeof products> | keyof ReturnType<typeof updates>
>;

/** Sets every entry of `out` to `entry(i, j)`. */
function assign(out: Floats, rows: number, cols: number, entry: (i: number, j: number) => number): void {
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out.set(i, j, entry(i, j));
}

export function elementwise({ matrix }: Operands): Elementwise {
  /** A kernel from an operation of ndarray-ops, which takes the output first. */
  const unary =
    (operation: (out: Floats, x: Floats) => void): UnaryKernel =>
    (rows, cols, x, xRow, xCol, out, outRow, outCol) =>
      operation(matrix(rows, cols, out, outRow, outCol), matrix(rows, cols, x, xRow, xCol));

  const binary =
    (operation: (out: Floats, a: Floats, b: Floats) => void): BinaryKernel =>
    (rows, cols, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol) =>
      operation(
        matrix(rows, cols, out, outRow, outCol),
        matrix(rows, cols, a, aRow, aCol),
        matrix(rows, cols, b, bRow, bCol),
      );

  /** A kernel from the definition of a function. */
  const mapped = (definition: (x: number) => number): UnaryKernel =>
    unary((out, x) => {
      const [rows, cols] = out.shape as [number, number];
      assign(out, rows, cols, (i, j) => definition(x.get(i, j)));
    });

  /** `out = g · derivative(y)`, or `out += …`. */
  const gradient =
    (derivative: (y: number) => number): GradientKernel =>
    (rows, cols, y, yRow, yCol, g, gRow, gCol, out, outRow, outCol, accumulate) => {
      const values = matrix(rows, cols, y, yRow, yCol);
      const gradients = matrix(rows, cols, g, gRow, gCol);
      const target = matrix(rows, cols, out, outRow, outCol);
      assign(target, rows, cols, (i, j) => {
        const g = gradients.get(i, j);
        const change = g === 0 ? g : g * derivative(values.get(i, j));
        return accumulate === 1 ? target.get(i, j) + change : change;
      });
    };

  return {
    copy: unary((out, x) => ops.assign(out, x)),
    fill: (rows, cols, value, out, outRow, outCol) => ops.assigns(matrix(rows, cols, out, outRow, outCol), value),
    equal: binary((out, a, b) => ops.eq(out, a, b)),
    greater: binary((out, a, b) => ops.gt(out, a, b)),
    less: binary((out, a, b) => ops.lt(out, a, b)),

    neg: unary((out, x) => ops.neg(out, x)),
    exp: mapped(exp),
    log: mapped(log),
    log1p: mapped(log1p),
    expm1: mapped(expm1),
    sqrt: unary((out, x) => ops.sqrt(out, x)),
    square: unary((out, x) => ops.mul(out, x, x)),
    abs: unary((out, x) => ops.abs(out, x)),
    sign: mapped(Math.sign),
    tanh: mapped(tanh),
    sigmoid: mapped(sigmoid),
    relu: mapped((x) => Math.max(x, 0)),
    softplus: mapped(softplus),

    add: binary((out, a, b) => ops.add(out, a, b)),
    sub: binary((out, a, b) => ops.sub(out, a, b)),
    mul: binary((out, a, b) => ops.mul(out, a, b)),
    div: binary((out, a, b) => ops.div(out, a, b)),
    pow: binary((out, a, b) => {
      const [rows, cols] = out.shape as [number, number];
      assign(out, rows, cols, (i, j) => pow(a.get(i, j), b.get(i, j)));
    }),
    maximum: binary((out, a, b) => ops.max(out, a, b)),
    minimum: binary((out, a, b) => ops.min(out, a, b)),

    accumulate: unary((out, x) => ops.addeq(out, x)),
    addScaled: (rows, cols, factor, x, xRow, xCol, out, outRow, outCol) => {
      const source = matrix(rows, cols, x, xRow, xCol);
      const target = matrix(rows, cols, out, outRow, outCol);
      assign(target, rows, cols, (i, j) => target.get(i, j) + source.get(i, j) * factor);
    },
    multiplyAdd: binary((out, a, b) => {
      const [rows, cols] = out.shape as [number, number];
      assign(out, rows, cols, (i, j) => out.get(i, j) + a.get(i, j) * b.get(i, j));
    }),
    // 1 − y² would lose digits near |y| = 1.
    tanhGradient: gradient((y) => (1 - y) * (1 + y)),
    sigmoidGradient: gradient((y) => y * (1 - y)),
    scale: (rows, cols, factor, x, xRow, xCol, out, outRow, outCol) =>
      ops.muls(matrix(rows, cols, out, outRow, outCol), matrix(rows, cols, x, xRow, xCol), factor),
    clamp: (rows, cols, low, high, x, xRow, xCol, out, outRow, outCol) => {
      const target = matrix(rows, cols, out, outRow, outCol);
      ops.maxs(target, matrix(rows, cols, x, xRow, xCol), low);
      ops.minseq(target, high);
    },
    where: (rows, cols, condition, conditionRow, conditionCol, a, aRow, aCol, b, bRow, bCol, out, outRow, outCol) => {
      const test = matrix(rows, cols, condition, conditionRow, conditionCol);
      const left = matrix(rows, cols, a, aRow, aCol);
      const right = matrix(rows, cols, b, bRow, bCol);
      const target = matrix(rows, cols, out, outRow, outCol);
      assign(target, rows, cols, (i, j) => (test.get(i, j) !== 0 ? left.get(i, j) : right.get(i, j)));
    },
  };
}

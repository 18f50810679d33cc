/**
 * From tensors to kernel calls. Kernels loop over rows and columns; here axes that lie one after the
 * other in memory are merged, so that most calls are a single row, and further axes are walked.
 *
 * The plan of the current call stands in module variables: nothing is allocated, and no kernel calls back.
 */
import type { BinaryKernel, GradientKernel, KernelTable, ReduceKernel, UnaryKernel } from '@unroll/kernels';
import { isContiguous, type Shape, sameShape } from './shape.js';
import type { Tensor } from './tensor.js';

/** As many as `where` has: three inputs and the output. */
const OPERANDS = 4;
/** Merged axes, outermost first. */
const sizes: number[] = [];
const steps: number[][] = Array.from({ length: OPERANDS }, () => []);
/** Where each operand stands on the outer axes, and how far the outer axes have come. */
const at: number[] = new Array<number>(OPERANDS).fill(0);
const counters: number[] = [];
/** The two innermost axes of the plan, which go into the kernel. */
let rows = 0;
let cols = 0;
const rowStep: number[] = new Array<number>(OPERANDS).fill(0);
const colStep: number[] = new Array<number>(OPERANDS).fill(0);

/** The stride of `t` along `axis` of the shape it is broadcast to. */
function strideAt(t: Tensor, axis: number, rank: number): number {
  const own = axis - rank + t.shape.length;
  return own < 0 || t.shape[own] === 1 ? 0 : (t.strides[own] as number);
}

/** Plans a walk over `shape`. Returns false when there is nothing to visit. */
function plan(shape: Shape, operands: readonly Tensor[]): boolean {
  const rank = shape.length;
  let axes = 0;
  for (let axis = 0; axis < rank; axis++) {
    const size = shape[axis] as number;
    if (size === 0) return false;
    if (size === 1) continue;
    let merges = axes > 0;
    for (let i = 0; i < operands.length && merges; i++) {
      const stride = strideAt(operands[i] as Tensor, axis, rank);
      merges = (steps[i] as number[])[axes - 1] === stride * size;
    }
    if (merges) sizes[axes - 1] = (sizes[axes - 1] as number) * size;
    else sizes[axes++] = size;
    for (let i = 0; i < operands.length; i++) {
      (steps[i] as number[])[axes - 1] = strideAt(operands[i] as Tensor, axis, rank);
    }
  }
  cols = axes > 0 ? (sizes[axes - 1] as number) : 1;
  rows = axes > 1 ? (sizes[axes - 2] as number) : 1;
  for (let i = 0; i < operands.length; i++) {
    const own = steps[i] as number[];
    colStep[i] = axes > 0 ? (own[axes - 1] as number) : 0;
    rowStep[i] = axes > 1 ? (own[axes - 2] as number) : 0;
    at[i] = (operands[i] as Tensor).position;
  }
  sizes.length = Math.max(0, axes - 2);
  counters.length = 0;
  for (let axis = 0; axis < sizes.length; axis++) counters.push(0);
  return true;
}

/** Moves all operands to the next plane. Returns false after the last. */
function advance(operands: number): boolean {
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    const size = sizes[axis] as number;
    const done = (counters[axis] as number) + 1;
    const wraps = done === size;
    for (let i = 0; i < operands; i++) {
      const step = (steps[i] as number[])[axis] as number;
      at[i] = (at[i] as number) + (wraps ? -step * (size - 1) : step);
    }
    counters[axis] = wraps ? 0 : done;
    if (!wraps) return true;
  }
  return false;
}

/** `out = kernel(x)`, with x broadcast to out. */
export function runUnary(kernel: UnaryKernel, x: Tensor, out: Tensor): void {
  if (sameShape(x.shape, out.shape) && isContiguous(x.shape, x.strides) && isContiguous(out.shape, out.strides)) {
    const size = out.size;
    if (size > 0) kernel(1, size, x.position, size, 1, out.position, size, 1);
    return;
  }
  if (!plan(out.shape, [x, out])) return;
  do {
    kernel(
      rows,
      cols,
      at[0] as number,
      rowStep[0] as number,
      colStep[0] as number,
      at[1] as number,
      rowStep[1] as number,
      colStep[1] as number,
    );
  } while (advance(2));
}

/** `out = kernel(a, b)`, with a and b broadcast to out. */
export function runBinary(kernel: BinaryKernel, a: Tensor, b: Tensor, out: Tensor): void {
  if (!plan(out.shape, [a, b, out])) return;
  do {
    kernel(
      rows,
      cols,
      at[0] as number,
      rowStep[0] as number,
      colStep[0] as number,
      at[1] as number,
      rowStep[1] as number,
      colStep[1] as number,
      at[2] as number,
      rowStep[2] as number,
      colStep[2] as number,
    );
  } while (advance(3));
}

/** `out = kernel(y, g)`, or `out += …`: all of one shape. */
export function runGradient(kernel: GradientKernel, y: Tensor, g: Tensor, out: Tensor, accumulate: 0 | 1): void {
  if (!plan(out.shape, [y, g, out])) return;
  do {
    kernel(
      rows,
      cols,
      at[0] as number,
      rowStep[0] as number,
      colStep[0] as number,
      at[1] as number,
      rowStep[1] as number,
      colStep[1] as number,
      at[2] as number,
      rowStep[2] as number,
      colStep[2] as number,
      accumulate,
    );
  } while (advance(3));
}

/** `out = condition ? a : b`, all three broadcast to out. */
export function runWhere(kernel: KernelTable['where'], condition: Tensor, a: Tensor, b: Tensor, out: Tensor): void {
  if (!plan(out.shape, [condition, a, b, out])) return;
  do {
    kernel(
      rows,
      cols,
      at[0] as number,
      rowStep[0] as number,
      colStep[0] as number,
      at[1] as number,
      rowStep[1] as number,
      colStep[1] as number,
      at[2] as number,
      rowStep[2] as number,
      colStep[2] as number,
      at[3] as number,
      rowStep[3] as number,
      colStep[3] as number,
    );
  } while (advance(4));
}

/** `out = value` everywhere. */
export function runFill(kernel: KernelTable['fill'], value: number, out: Tensor): void {
  if (!plan(out.shape, [out])) return;
  do {
    kernel(rows, cols, value, at[0] as number, rowStep[0] as number, colStep[0] as number);
  } while (advance(1));
}

/**
 * `out[i] = kernel(x[i, :])`: the last axis of `x`, whose stride is `step` and size `count`, becomes one
 * number. `rowsOf` is `x` without that axis.
 */
export function runReduce(kernel: ReduceKernel, rowsOf: Tensor, count: number, step: number, out: Tensor): void {
  if (!plan(out.shape, [rowsOf, out])) return;
  do {
    const [fromRow, fromCol] = [rowStep[0] as number, colStep[0] as number];
    const [toRow, toCol] = [rowStep[1] as number, colStep[1] as number];
    for (let row = 0; row < rows; row++) {
      kernel(cols, count, (at[0] as number) + row * fromRow, fromCol, step, (at[1] as number) + row * toRow, toCol);
    }
  } while (advance(2));
}

/** `out[i, :] = kernel(x[i, :])` along one axis (softmax): both tensors come without it, with its strides apart. */
export function runRows(
  kernel: UnaryKernel,
  rowsOf: Tensor,
  step: number,
  outRowsOf: Tensor,
  outStep: number,
  count: number,
): void {
  if (!plan(outRowsOf.shape, [rowsOf, outRowsOf])) return;
  do {
    const [fromRow, fromCol] = [rowStep[0] as number, colStep[0] as number];
    const [toRow, toCol] = [rowStep[1] as number, colStep[1] as number];
    for (let row = 0; row < rows; row++) {
      kernel(
        cols,
        count,
        (at[0] as number) + row * fromRow,
        fromCol,
        step,
        (at[1] as number) + row * toRow,
        toCol,
        outStep,
      );
    }
  } while (advance(2));
}

/** The sequences of a tensor along one axis: what is left of it without that, at their first entries, and the stride along it. */
export interface Sequences {
  readonly starts: Tensor;
  readonly step: number;
}

/** `out[i, :] = kernel(a[i, :], b[i, :])`, a sequence of `count` each, with a and b broadcast to out. */
export function runSequences(kernel: BinaryKernel, a: Sequences, b: Sequences, out: Sequences, count: number): void {
  if (!plan(out.starts.shape, [a.starts, b.starts, out.starts])) return;
  do {
    for (let row = 0; row < rows; row++) {
      kernel(
        cols,
        count,
        (at[0] as number) + row * (rowStep[0] as number),
        colStep[0] as number,
        a.step,
        (at[1] as number) + row * (rowStep[1] as number),
        colStep[1] as number,
        b.step,
        (at[2] as number) + row * (rowStep[2] as number),
        colStep[2] as number,
        out.step,
      );
    }
  } while (advance(3));
}

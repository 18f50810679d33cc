/** The kernels by themselves, on numbers that already lie in kernel memory: what a step is made of. */
import { activeKernels, allocatePersistent, views } from '@unroll/kernels';
import type { Run } from '../serve.js';
import type { Operation, Workload } from '../workloads.js';

/** Position of `count` numbers in kernel memory: a saw-tooth in [−2, 2), or the whole numbers below `below`. */
function place(count: number, below?: number): number {
  const position = allocatePersistent(4 * count) / 4;
  for (let i = 0; i < count; i++) {
    if (below === undefined) views.float32[position + i] = ((i * 37) % 256) / 64 - 2;
    else views.int32[position + i] = (i * 37) % below;
  }
  return position;
}

export function gemmRun({ m, k, n, stored }: Extract<Workload, { kind: 'gemm' }>): Run {
  const { gemm } = activeKernels().float32;
  const [a, b, c] = [place(m * k), place(k * n), place(m * n)];
  const [aRow, aCol] = stored[0] === 't' ? [1, m] : [k, 1];
  const [bRow, bCol] = stored[1] === 't' ? [1, k] : [n, 1];
  return () => {
    gemm(m, n, k, a, aRow, aCol, b, bRow, bCol, c, n, 1, 0);
    return undefined;
  };
}

/** Columns of what goes by rows: a vocabulary for softmax, the four gates of a hidden layer of 256 for the rest. */
const CLASSES = 64;
const WIDTH = 1024;

/** One pass over `size` numbers. */
export function elementwiseRun(operation: Operation, size: number): Run {
  const kernels = activeKernels().float32;
  const [a, b, out] = [place(size), place(size), place(size)];
  const [classRows, rows] = [Math.floor(size / CLASSES), Math.max(1, Math.floor(size / WIDTH))];
  const cols = Math.min(size, WIDTH);
  const passes: Record<Operation, () => void> = {
    'memory copy': () => to.set(from), // of the machine, outside of kernel memory: what all others are held against
    copy: () => kernels.copy(1, size, a, size, 1, out, size, 1),
    add: () => kernels.add(1, size, a, size, 1, b, size, 1, out, size, 1),
    mul: () => kernels.mul(1, size, a, size, 1, b, size, 1, out, size, 1),
    tanh: () => kernels.tanh(1, size, a, size, 1, out, size, 1),
    sigmoid: () => kernels.sigmoid(1, size, a, size, 1, out, size, 1),
    exp: () => kernels.exp(1, size, a, size, 1, out, size, 1),
    softmax: () => kernels.softmax(classRows, CLASSES, a, CLASSES, 1, out, CLASSES, 1),
    'sum rows': () => kernels.sum(rows, cols, a, cols, 1, out, 1),
    'sum columns': () => kernels.sum(cols, rows, a, 1, cols, out, 1),
    gather: () => kernels.gatherRows(rows, cols, a, cols, 1, ids, out, cols, 1),
    'scatter-add': () => kernels.scatterAddRows(rows, cols, a, cols, 1, ids, out, cols, 1),
    sgd: () => kernels.sgd(size, a, b, -1, 1e-9, 0, 0, 0),
    rmsprop: () => kernels.rmsprop(size, a, b, out, -1, -1, 1e-9, 0.95, 1e-8, 0, 0, 0),
    adam: () => kernels.adam(size, a, b, out, second, 1e-9, 0.9, 0.999, 1e-8, 0.1, 0.1, 0, 0),
  };
  const [ids, second] = [place(rows, rows), place(size)];
  const [from, to] = [new Float32Array(size).fill(1), new Float32Array(size)];
  // Running means of squares are not negative, and a sum that never ends must not overflow into slow numbers.
  for (const position of [out, second]) views.float32.fill(1, position, position + size);
  const pass = passes[operation];
  return () => {
    pass();
    return undefined;
  };
}

/**
 * What works, and what is said, where code may not be written at run time. It imports nothing of Node and asks for
 * nothing of a page: `in-node.mjs` and `index.html` both run it as it is.
 */
import { fromNdarray, tensor } from '@unroll/core';
import { train } from '../same-bits/train.mjs';

/** The checksums of trainings, the numbers of a tensor as they can be read, and the errors of what needs such code. */
export async function probe() {
  const { runs } = await train();
  const t = tensor([
    [1, 2],
    [3, 4],
  ]);
  return {
    sha256: [...new Set(runs.map(({ sha256 }) => sha256))].sort(),
    threads: Math.max(...runs.map(({ threads }) => threads)),
    data: [...t.data],
    nested: t.toArray(),
    item: tensor(5).item(),
    printed: String(t),
    given: fromNdarray({ data: new Float32Array(2), shape: [2], stride: [1], offset: 0 }).shape,
    value: await messageOf(() => t.value),
    reference: await messageOf(() => import('@unroll/kernels/reference')),
  };
}

async function messageOf(fn) {
  try {
    await fn();
  } catch (error) {
    return String(error);
  }
  return 'no error';
}

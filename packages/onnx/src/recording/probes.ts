/** What a program is recorded with: its example at several sizes, with other numbers in each. */
import { cast, mapTensors, Rng, randn, type Tensor, type TensorTree, tensor, ValueError } from '@unroll/core';
import type { Sizes } from '../program/amount.js';
import { isLengthsName, isMaskName, type ModelInput, nameAt, usualAxes } from './inputs.js';

/** The example at other sizes. */
export interface Probe {
  readonly sizes: Sizes;
  /** With the structure of the example. */
  readonly tree: TensorTree;
  readonly inputs: ReadonlyMap<string, Tensor>;
}

/**
 * What is added to the open sizes of the example, in the order of their first use: for each a row, and in it a number for
 * each recording. Two recordings say how a number follows from one size; the others must agree, and do not when it
 * follows from another, since no row is a multiple of another plus something.
 */
const GROWTH: readonly (readonly number[])[] = [
  [1, 3, 4, 8],
  [5, 2, 9, 6],
  [3, 8, 2, 11],
  [7, 4, 12, 1],
  [2, 11, 6, 3],
  [9, 1, 5, 13],
];

/** The example at other sizes. */
export function makeProbes(example: TensorTree, inputs: readonly ModelInput[]): Probe[] {
  const open = new Map<string, number>();
  for (const { axes, example: t } of inputs) {
    for (const [axis, name] of axes.entries()) if (name !== null) open.set(name, t.shape[axis] as number);
  }
  checkCount([...open.keys()]);
  return [0, 1, 2, 3].map((p) => {
    const sizes = [...open].map(([name, size], i) => [name, size + (GROWTH[i]?.[p] ?? 0)] as const);
    return makeProbe(example, inputs, new Map(sizes), p);
  });
}

function checkCount(open: readonly string[]): void {
  if (open.length <= GROWTH.length) return;
  throw new ValueError({
    op: 'exportOnnx',
    what: `there are ${open.length} open sizes: ${open.join(', ')}`,
    rule: `at most ${GROWTH.length} can be told apart`,
    mend: 'Fix some of them: null in axes',
  });
}

function makeProbe(example: TensorTree, inputs: readonly ModelInput[], sizes: Sizes, p: number): Probe {
  const shapeOf = ({ example: t, axes }: ModelInput): number[] =>
    t.shape.map((size, axis) => sizes.get(axes[axis] ?? '') ?? size);
  const isSequence = ({ name, example: t }: ModelInput): boolean => usualAxes(name, t)[1] === 'T';
  const times = inputs.filter(isSequence).map((input) => shapeOf(input)[1] as number);
  const resized = new Map<string, Tensor>();
  for (const input of inputs) {
    const { name, example: t } = input;
    const shape = shapeOf(input);
    if (isLengthsName(name) && t.dtype === 'int32' && t.rank === 1 && times.length > 0) {
      resized.set(name, makeLengths(shape, Math.min(...times), p));
    } else if (isMaskName(name) && t.rank === 2) {
      resized.set(name, makeMask(shape, t.dtype, p));
    } else resized.set(name, isUniform(t) ? vary(t, shape, p) : resize(t, shape, p));
  }
  const tree = mapTensors(example, (t, path) => resized.get(nameAt(path, 'input')) ?? t);
  return { sizes, tree, inputs: resized };
}

/** Different ones from 1 to `limit`. */
function makeLengths(shape: readonly number[], limit: number, p: number): Tensor {
  const [count = 0] = shape;
  return tensor(Int32Array.from({ length: count }, (_, n) => 1 + ((n * (2 * p + 3)) % limit)));
}

/** Different steps of each sequence, at least one. */
function makeMask(shape: readonly number[], dtype: Tensor['dtype'], p: number): Tensor {
  const [count = 0, steps = 1] = shape;
  const flags = Float64Array.from({ length: count * steps }, (_, i) => {
    const [n, t] = [Math.floor(i / steps), i % steps];
    return t === n % steps || (n + t + p) % 3 === 0 ? 1 : 0;
  });
  return cast(tensor(flags, { shape, dtype: 'float32' }), dtype);
}

function isUniform({ data }: Tensor): boolean {
  return data.every((x) => x === data[0]);
}

/** Numbers in the place of one that stands everywhere, which shows nothing: any floats, or ids up to that one. */
function vary(t: Tensor, shape: readonly number[], p: number): Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  if (t.dtype !== 'int32') return randn(shape, { dtype: t.dtype, rng: new Rng(p) });
  const most = t.data[0] ?? 0;
  return tensor(
    Int32Array.from({ length: size }, (_, i) => (most < 2 ? most : 1 + ((i + p) % most))),
    { shape },
  );
}

/**
 * The numbers of an example in another shape of as many axes: over and over along each axis, and moved on in each
 * recording, so that what is computed from them is seen to change.
 */
function resize(t: Tensor, shape: readonly number[], p: number): Tensor {
  const from = t.data;
  const size = shape.reduce((product, n) => product * n, 1);
  const data = t.dtype === 'int32' ? new Int32Array(size) : new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let [rest, at, stride] = [i, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [own, wanted] = [t.shape[axis] as number, shape[axis] as number];
      at += (((rest % wanted) + p) % own) * stride;
      rest = Math.floor(rest / wanted);
      stride *= own;
    }
    data[i] = from[at] as number;
  }
  return tensor(data, { shape, dtype: t.dtype });
}

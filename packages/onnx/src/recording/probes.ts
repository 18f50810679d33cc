/** What a program is recorded with: its example at several sizes, with other numbers in each. */
import { cast, mapTensors, Rng, type Tensor, type TensorTree, tensor, uniform, ValueError } from '@unroll/core';
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
 *
 * The first recording has the sizes of the example, so that a path which the program takes only there is seen.
 */
const GROWTH: readonly (readonly number[])[] = [
  [0, 3, 4, 8],
  [0, 2, 9, 6],
  [0, 8, 2, 11],
  [0, 4, 12, 1],
  [0, 11, 6, 3],
  [0, 1, 5, 13],
];

/** A size of 1 becomes 2: in a batch of one sequence there is no padding, and in one step nothing before it. */
const grown = (size: number, growth: number): number => Math.max(size + growth, 2);

/** The example at its own sizes and at others. */
export function makeProbes(example: TensorTree, inputs: readonly ModelInput[]): Probe[] {
  const open = new Map<string, number>();
  for (const { axes, example: t } of inputs) {
    for (const [axis, name] of axes.entries()) if (name !== null) open.set(name, t.shape[axis] as number);
  }
  checkCount([...open.keys()]);
  return [0, 1, 2, 3].map((p) => {
    const sizes = [...open].map(([name, size], i) => [name, grown(size, GROWTH[i]?.[p] ?? 0)] as const);
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
  const resized = new Map<string, Tensor>();
  for (const [i, input] of inputs.entries()) {
    const { name, example: t } = input;
    const shape = shapeOf(input);
    const rng = new Rng(4 * i + p);
    const steps = stepsFor(input, inputs, shapeOf);
    if (isLengthsName(name) && t.dtype === 'int32' && t.rank === 1 && steps !== null) {
      resized.set(name, drawLengths(shape, steps, rng));
    } else if (isMaskName(name) && t.rank === 2) {
      resized.set(name, drawMask(shape, t.dtype, rng));
    } else resized.set(name, isUniform(t) ? vary(t, shape, rng) : resize(t, shape, p + i));
  }
  const tree = mapTensors(example, (t, path) => resized.get(nameAt(path, 'input')) ?? t);
  return { sizes, tree, inputs: resized };
}

/** How long sequences are at most of which an input says the lengths: those of the shortest input. */
function stepsFor(
  { axes: [batch] }: ModelInput,
  inputs: readonly ModelInput[],
  shapeOf: (input: ModelInput) => readonly number[],
): number | null {
  const sequences = inputs.filter(({ name, example: t }) => usualAxes(name, t)[1] === 'T');
  const isTimeFirst = ({ axes }: ModelInput): boolean => batch !== null && axes[1] === batch;
  const steps = sequences.map((input) => shapeOf(input)[isTimeFirst(input) ? 0 : 1] as number);
  return steps.length > 0 ? Math.min(...steps) : null;
}

/** From 1 to `steps`; the first sequence is shorter than that, since padding is what shows. */
function drawLengths([count = 0]: readonly number[], steps: number, rng: Rng): Tensor {
  return tensor(
    Int32Array.from({ length: count }, (_, n) => 1 + rng.integer(n === 0 ? Math.max(steps - 1, 1) : steps)),
  );
}

/** Some steps of each sequence; the first, which attention to what came before needs, and in one sequence not the last. */
function drawMask(shape: readonly number[], dtype: Tensor['dtype'], rng: Rng): Tensor {
  const [count = 0, steps = 1] = shape;
  const flags = Float64Array.from({ length: count * steps }, (_, i) =>
    i % steps === 0 ? 1 : i === steps - 1 ? 0 : rng.integer(2),
  );
  return cast(tensor(flags, { shape, dtype: 'float32' }), dtype);
}

function isUniform({ data }: Tensor): boolean {
  return data.every((x) => x === data[0]);
}

/**
 * Numbers in the place of one that stands everywhere, which shows nothing: floats below 1, or ids up to that one, of which
 * the first is less, since they may be lengths.
 */
function vary(t: Tensor, shape: readonly number[], rng: Rng): Tensor {
  if (t.dtype !== 'int32') return uniform(shape, 0, 1, { dtype: t.dtype, rng });
  const size = shape.reduce((product, n) => product * n, 1);
  const most = t.data[0] ?? 0;
  const draw = (i: number): number => {
    if (most > 1) return 1 + rng.integer(i === 0 ? most - 1 : most);
    // Few vocabularies have but one word; a length is never 0.
    return t.rank > 1 ? rng.integer(2) : most;
  };
  return tensor(
    Int32Array.from({ length: size }, (_, i) => draw(i)),
    { shape },
  );
}

/**
 * The numbers of an example in another shape of as many axes: over and over along each axis, moved on by `turn`, so that
 * what is computed from them is seen to change. Floats become smaller too, unless they are whole numbers and may be flags.
 */
function resize(t: Tensor, shape: readonly number[], turn: number): Tensor {
  const from = t.data;
  const divisor = from.every((x) => Number.isInteger(x)) ? 1 : 1 + turn / 8;
  const size = shape.reduce((product, n) => product * n, 1);
  const data = t.dtype === 'int32' ? new Int32Array(size) : new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let [rest, at, stride] = [i, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [own, wanted] = [t.shape[axis] as number, shape[axis] as number];
      at += (((rest % wanted) + turn) % own) * stride;
      rest = Math.floor(rest / wanted);
      stride *= own;
    }
    data[i] = (from[at] as number) / divisor;
  }
  return tensor(data, { shape, dtype: t.dtype });
}

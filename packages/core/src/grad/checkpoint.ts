/** Memory for time: a part of a recording that is computed again when its gradient is needed. */
import { DataTypeError, TapeError } from '../errors.js';
import { tanh } from '../ops/activations.js';
import { square } from '../ops/exponential.js';
import { concat } from '../ops/join.js';
import { slice } from '../ops/slices.js';
import { aliasOp, reshape } from '../ops/views.js';
import { type Rng, type RngState, replayDraws, watchDraws } from '../random.js';
import { apply } from '../tape/apply.js';
import { allocate, engine, inArena } from '../tape/engine.js';
import { defineOp, type Op } from '../tape/op.js';
import { Recording } from '../tape/recording.js';
import { borrowSegment, returnSegment } from '../tape/recordings.js';
import { zeros } from '../tensor/create.js';
import { kernelsFor } from '../tensor/dtype.js';
import { runUnary } from '../tensor/loops.js';
import { sameShape } from '../tensor/shape.js';
import { floatType, keep, type Tensor } from '../tensor/tensor.js';
import { checkTree, forEachTensor, mapTensors, type TensorTree } from '../tensor/tree.js';
import { markDependents, walk, walkSegment } from './walk.js';

/** How to compute a segment again. */
interface Segment {
  /** Computes all results, one after the other in one row of numbers. */
  readonly run: () => Tensor;
  /** What `run` reads from outside; inputs of the record stand in their places. */
  readonly reads: readonly Tensor[];
  /** The generators that it draws from, as they were before. */
  readonly draws: ReadonlyMap<Rng, RngState>;
}

/** Runs `fn` in a graph of its own, which is gone afterwards. */
function inSegment<T>(begin: (segment: Recording) => void, fn: (segment: Recording) => T): T {
  const segment = borrowSegment();
  try {
    begin(segment);
    return fn(segment);
  } finally {
    returnSegment(segment);
  }
}

/** Records a segment once more, on other inputs if need be, and hands on its graph and result. */
function again<T>({ run, reads, draws }: Segment, inputs: readonly Tensor[], use: (r: Recording, t: Tensor) => T): T {
  const places = new Map(reads.map((t, i) => [t, inputs[i] as Tensor]));
  return inSegment(
    (segment) => segment.restartWith(places),
    (segment) =>
      use(
        segment,
        inArena(segment.arena, segment, () => replayDraws(draws, run)),
      ),
  );
}

/** A copy in the current arena. */
function copyHere(t: Tensor): Tensor {
  const copy = allocate(t.shape, t.dtype);
  runUnary(kernelsFor('checkpoint', floatType(t)).copy, t, copy);
  return copy;
}

export const checkpointOp: Op<Segment> = defineOp<Segment>({
  name: 'checkpoint',
  forward: (inputs, segment) => again(segment, inputs, (_, result) => copyHere(result)),
  vjp({ gradient, inputs, attributes: { run, reads, draws } }) {
    // This walk is itself recorded: the segment becomes a part of the recording that goes on.
    const outer = engine.recording as Recording;
    const standIns = inputs.map((t) => apply(aliasOp, [t], null));
    const places = new Map(reads.map((t, i) => [t, standIns[i] as Tensor]));
    const result = replayDraws(draws, () => outer.substituting(places, run));
    const sources = new Set(standIns.map(({ node }) => node));
    const isSource = (node: number): boolean => sources.has(node);
    const marks = markDependents(outer, result.node, isSource);
    if (marks[result.node] !== 1) return inputs.map(() => null);
    const gradients = walk(outer, result.node, gradient, { marks, sources: isSource, recorded: true });
    return standIns.map(({ node }) => gradients.get(node));
  },
  backward({ gradient, inputs, attributes, wants }) {
    again(attributes, inputs, (segment, result) => {
      checkSame(result, gradient);
      const leaves = [...segment.imports.values()].map(({ node }, i) => [node, i] as const);
      walkSegment(segment, result.node, gradient, new Map(leaves.filter(([, i]) => wants(i))));
    });
  },
  samples: [{ inputs: [{ shape: [2, 3] }, { shape: [3] }], attributes: sampleSegment() }],
});

/** `x²` and `tanh(y)`, of whatever stands in the places of x and y. */
function sampleSegment(): Segment {
  const [x, y] = [zeros([2, 3]), zeros([3])];
  return { run: () => concat([reshape(square(x), [6]), tanh(y)]), reads: [x, y], draws: new Map() };
}

/**
 * Runs `fn` without keeping what it computes on the way: its gradient runs it once more. A recurrence of T steps in
 * √T such segments needs the memory of about 2·√T steps, and a third more time.
 *
 * `fn` may read anything, parameters too, and draw random numbers, which are drawn again; otherwise it must do the
 * same both times. What is computed inside is not readable afterwards, only what is returned. Outside of a recording it
 * just runs `fn`. Gradients exist to every order.
 *
 * Numerics: results have the bits that they have without `checkpoint`. So have gradients, unless numbers leave a segment
 * twice (a last output, and the same again as a state): their gradients are then added up in another order.
 *
 * Errors: `TapeError` during `backward` when `fn` reads or returns something else the second time; `DataTypeError`
 * for results of several floating-point dtypes; `ValueError` for a result that is not made of tensors, primitives,
 * arrays and plain objects.
 * @source T. Chen et al., "Training deep nets with sublinear memory cost", 2016
 *
 * @example
 * ```ts
 * import { checkpoint, mul, Parameter, sum, Tape, tanh, tensor } from '@unroll/core';
 * const w = new Parameter(tensor([0.5]));
 * const tape = new Tape();
 * const loss = tape.record(() => {
 *   let state = tensor([1]);
 *   for (let i = 0; i < 3; i++) state = checkpoint((s) => tanh(mul(s, w)), state);
 *   return sum(state);
 * });
 * tape.backward(loss);
 * w.grad?.shape; // [1]
 * ```
 */
export function checkpoint<T extends TensorTree, R extends TensorTree>(fn: (inputs: T) => R, inputs: T): R {
  checkTree('checkpoint', inputs, 'inputs');
  const outer = engine.recording;
  if (!(outer instanceof Recording)) return fn(inputs);
  // What several segments read comes into the recording once.
  forEachTensor(inputs, (t) => outer.enter(t));
  const draws = new Map<Rng, RngState>();
  return inSegment(
    (segment) => segment.restartInside(outer),
    (segment) => {
      const { result, row } = inArena(segment.arena, segment, () => {
        const first = watchDraws(draws, () => fn(inputs));
        checkTree('checkpoint', first);
        return { result: first, row: inOneRow(first, computedBy(segment, first)) };
      });
      if (row === null) return result;
      const computed = computedBy(segment, result);
      const reads = [...segment.imports.keys()];
      const numbers = copyHere(row);
      engine.watch?.passOn(row, numbers);
      numbers.source = checkpointOp;
      const run = (): Tensor => inOneRow(fn(inputs), computed) as Tensor;
      outer.add(
        checkpointOp as Op,
        reads.map((t) => outer.enter(t)),
        numbers,
        { run, reads, draws },
      );
      return outOfRow(result, computed, numbers);
    },
  );
}

/** The numbers in a tree of tensors that a segment computed: whether each of its tensors is one to differentiate. */
function computedBy(segment: Recording, tree: TensorTree): boolean[] {
  const computed: boolean[] = [];
  forEachTensor(tree, (t) => {
    const isOwn = t.graph === segment.epoch && t.node >= 0 && t.host === null;
    // Indices have no gradient: they come out as constants.
    if (isOwn && t.dtype === 'int32') keep(t);
    computed.push(isOwn && t.dtype !== 'int32');
  });
  return computed;
}

/** All computed tensors of a tree, one after the other; null when there is none. */
function inOneRow(tree: TensorTree, computed: readonly boolean[]): Tensor | null {
  const rows: Tensor[] = [];
  let i = 0;
  forEachTensor(tree, (t) => {
    if (computed[i++] === true) rows.push(reshape(t, [t.size]));
  });
  const [first] = rows;
  if (first === undefined) return null;
  const other = rows.find(({ dtype }) => dtype !== first.dtype);
  if (other === undefined) return concat(rows);
  throw new DataTypeError({
    op: 'checkpoint',
    what: `the function returns ${first.dtype} and ${other.dtype} tensors`,
    rule: 'what it computes has one floating-point dtype',
    mend: `Convert with cast(…, '${first.dtype}'), or make two checkpoints`,
  });
}

/** The tree again, with parts of the row in the places of what was computed. */
function outOfRow<R extends TensorTree>(tree: R, computed: readonly boolean[], row: Tensor): R {
  let i = 0;
  let from = 0;
  return mapTensors(tree, (t) => {
    if (computed[i++] !== true) return t;
    from += t.size;
    return reshape(slice(row, 0, from - t.size, from), t.shape);
  });
}

function checkSame(result: Tensor, gradient: Tensor): void {
  if (sameShape(result.shape, gradient.shape)) return;
  throw new TapeError({
    op: 'checkpoint',
    what: `the function computed ${gradient.size} numbers the first time, and ${result.size} the second time`,
    rule: 'it is run again for the gradient, and must do the same then',
    mend: 'Let it depend on nothing that changes in between, except random generators, which are set back',
  });
}

/** What ranks do together. */
import {
  checkNotRecording,
  checkOptions,
  Parameter,
  ShapeError,
  slice,
  type Tensor,
  tensor,
  UnrollError,
  ValueError,
} from '@unroll/core';
import { views } from '@unroll/kernels';
import { FlatGradients } from './flat-gradients.js';
import { checkSameLayout } from './layout.js';
import type { Combination } from './library.js';
import { addressOf, type World } from './world.js';

/** Options of {@link Communicator.allReduceGradients}. */
export interface AllReduceGradientsOptions {
  /** How much this rank's gradients count; 1 unless given. Tokens or sequences, where batches differ in them. */
  readonly weight?: number;
}

/**
 * One of the processes that train together, each with its own copy of the model: this **rank** of `size`. See
 * {@link initialize}.
 *
 * All methods but `shard` and `shardRows` wait for the other ranks, which must call the same ones in the same order.
 * The event loop stands still while they wait. Alone, they do what they say for one rank.
 *
 * Errors: `UnrollError` after `finalize`.
 *
 * @example
 * ```ts
 * import { mul, Parameter, sum, Tape, tensor } from '@unroll/core';
 * import { initialize } from '@unroll/mpi';
 * import { SGD } from '@unroll/optim';
 * const mpi = initialize();
 * const w = new Parameter(tensor([1, 2]));
 * const optimizer = new SGD([w], { lr: 0.1 });
 * const tape = new Tape();
 * for (const x of mpi.shard([tensor([1, 0]), tensor([0, 1])])) {
 *   tape.backward(tape.record(() => sum(mul(w, x))));
 *   mpi.allReduceGradients([w]);
 *   optimizer.step();
 *   optimizer.zeroGrad();
 * }
 * if (mpi.rank === 0) console.log(w.toArray());
 * mpi.finalize();
 * ```
 */
export class Communicator {
  /** Which of the processes this is, from 0 on. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /** Which library was found, and which process is which rank, in a sentence. */
  readonly message: string;
  readonly #world: World | null;
  #isOver = false;
  #flat: readonly FlatGradients[] = [];

  /** `world` is null for a process alone. @internal */
  constructor(world: World | null, message: string) {
    this.#world = world;
    this.rank = world?.rank ?? 0;
    this.size = world?.size ?? 1;
    this.message = message;
  }

  /** Whether {@link Communicator.finalize} was called. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Gives all ranks the parameters of rank 0. Other state, such as the generators of dropout, stays each rank's own.
   *
   * Errors: `ValueError` on every rank where the parameters of one differ from those of rank 0 in name, shape or dtype;
   * `TapeError` inside a recording. Nothing is changed then.
   */
  broadcastParameters(model: { parameters(): Iterable<Parameter> }): void {
    const world = this.#open('broadcastParameters');
    const parameters = checkParameters('broadcastParameters', model.parameters());
    for (const parameter of parameters) checkNotRecording('broadcastParameters', parameter);
    if (world === null) return;
    checkSameLayout('broadcastParameters', world, parameters);
    for (const parameter of parameters) {
      const { data, dtype, shape, size } = parameter;
      world.broadcast(addressOf(data), size, dtype);
      if (this.rank > 0) parameter.assign(tensor(data, { shape }));
    }
  }

  /**
   * Replaces each gradient by the mean of all ranks': `Σ wᵣ·gᵣ / Σ wᵣ`, with the weights that they pass. A rank that
   * has no gradient of a parameter counts as zeros; where none has one, there is none afterwards. Frozen parameters are
   * left alone. Clip afterwards, so that the norm is that of the whole batch.
   *
   * With losses that are means over tokens, and tokens as weights, it is the gradient of the mean over all tokens.
   *
   * Errors: `ValueError` for a weight that is not finite and at least 0, for lists that hold anything but parameters,
   * and on every rank where the lists of two ranks differ; `TapeError` inside a recording. Nothing is changed then.
   * Numerics: the same bits on all ranks. A sum over ranks rounds otherwise than one over the whole batch, so that they
   * are not those of one process.
   */
  allReduceGradients(parameters: Iterable<Parameter>, options: AllReduceGradientsOptions = {}): void {
    const op = 'allReduceGradients';
    const world = this.#open(op);
    checkOptions(op, options, ['weight']);
    const { weight = 1 } = options;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      const rule = 'it must be a finite number of at least 0';
      throw new ValueError({
        op,
        what: `weight is ${weight}`,
        rule,
        mend: 'Pass how many tokens the loss is a mean of',
      });
    }
    const learning = checkParameters(op, parameters).filter(({ frozen }) => !frozen);
    for (const parameter of learning) checkNotRecording(op, parameter);
    if (world !== null) this.#prepare(op, world, learning);
    // A mean of nothing is NaN, and so is 0 times that.
    if (weight === 0) for (const parameter of learning) parameter.zeroGrad();
    if (world === null) return;
    for (const flat of this.#flat) {
      flat.take(weight);
      world.allReduce(addressOf(views.float32) + flat.numbers.address, flat.numbers.size, flat.dtype, 'sum');
      flat.give();
    }
  }

  /**
   * One number of all ranks: a loss to show, a count, or whether anybody wants to stop.
   *
   * @example
   * ```ts
   * import { initialize } from '@unroll/mpi';
   * const mpi = initialize();
   * const [loss, tokens] = [1.25, 300]; // of this rank
   * mpi.allReduce(loss * tokens) / mpi.allReduce(tokens); // 1.25
   * ```
   */
  allReduce(value: number, how: Combination | 'mean' = 'sum'): number {
    const world = this.#open('allReduce');
    if (world === null) return value;
    const numbers = Float64Array.of(value);
    world.allReduce(addressOf(numbers), 1, 'float64', how === 'mean' ? 'sum' : how);
    const [combined = 0] = numbers;
    return how === 'mean' ? combined / this.size : combined;
  }

  /**
   * The rows of all ranks one behind the other, on every rank: what {@link Communicator.shardRows} took apart.
   *
   * Shapes: `[Nᵣ, …]`, where ranks may differ in Nᵣ alone → `[Σ Nᵣ, …]`.
   * Errors: `ShapeError` for a scalar.
   */
  allGather(rows: Tensor): Tensor {
    const world = this.#open('allGather');
    const { data, dtype, shape } = checkRows('allGather', rows);
    if (world === null) return tensor(data, { shape });
    const parts = world.allGather(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    const Kind = KINDS[dtype];
    const all = new Kind(bytes.buffer);
    const [, ...row] = shape;
    const rowSize = row.reduce((product, size) => product * size, 1);
    return tensor(all, { shape: [rowSize === 0 ? 0 : all.length / rowSize, ...row] });
  }

  /**
   * Every `size`-th of some items, from item `rank` on: a part of its own for each rank. All ranks get equally many,
   * since they wait for each other in every step: the last ones, where there are not enough for all, go to nobody.
   *
   * @example
   * ```ts
   * import { initialize } from '@unroll/mpi';
   * const mpi = initialize();
   * [...mpi.shard(['a', 'b', 'c'])]; // ['a', 'b', 'c']
   * ```
   */
  shard<T>(items: Iterable<T>): Iterable<T> {
    const { rank, size } = this;
    return {
      *[Symbol.iterator]() {
        let round: T[] = [];
        for (const item of items) {
          round.push(item);
          if (round.length < size) continue;
          yield round[rank] as T;
          round = [];
        }
      },
    };
  }

  /**
   * This rank's rows of a batch, or of a state with a row for each sequence of it: a view. Where they cannot be divided
   * evenly, some ranks have one more, and gradients need weights.
   *
   * Shapes: `[N, …]` → about `[N / size, …]`.
   * Errors: `ShapeError` where there are fewer rows than ranks.
   */
  shardRows(batch: Tensor): Tensor {
    const [count = 0] = checkRows('shardRows', batch).shape;
    if (count < this.size) {
      throw new ShapeError({
        op: 'shardRows',
        what: `there are fewer rows than the ${this.size} ranks`,
        arrays: { batch },
        rule: 'each rank takes at least one',
        mend: 'Pass a larger batch, or start fewer processes',
      });
    }
    const from = (rank: number): number => Math.floor((rank * count) / this.size);
    return slice(batch, 0, from(this.rank), from(this.rank + 1));
  }

  /**
   * Ends what ranks do together; each then goes on alone. It is called by itself where a process ends with exit code 0,
   * and may be called again.
   */
  finalize(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#world?.finalize();
  }

  /** Null alone. */
  #open(op: string): World | null {
    if (!this.#isOver) return this.#world;
    throw new UnrollError({
      op,
      what: 'finalize was called before',
      rule: 'ranks do nothing together afterwards',
      mend: 'Finalize when training is done',
    });
  }

  /** Makes the buffers for a list of parameters, unless they are those of the last call. */
  #prepare(op: string, world: World, parameters: readonly Parameter[]): void {
    const before = this.#flat.flatMap((flat) => flat.parameters);
    const now = DTYPES.flatMap((dtype) => parameters.filter((parameter) => parameter.dtype === dtype));
    if (before.length === now.length && before.every((parameter, i) => parameter === now[i])) return;
    checkSameLayout(op, world, now);
    this.#flat = DTYPES.flatMap((dtype) => {
      const ofDtype = now.filter((parameter) => parameter.dtype === dtype);
      return ofDtype.length > 0 ? [new FlatGradients(ofDtype, dtype)] : [];
    });
  }
}

const DTYPES = ['float32', 'float64'] as const;
const KINDS = { float32: Float32Array, float64: Float64Array, int32: Int32Array };

function checkParameters(op: string, parameters: Iterable<unknown>): readonly Parameter[] {
  return [...parameters].map((parameter, i) => {
    if (parameter instanceof Parameter) return parameter;
    throw new ValueError({
      op,
      what: `parameters[${i}] is not a Parameter`,
      rule: 'only parameters have a gradient and can be written',
      mend: 'Pass model.parameters()',
    });
  });
}

function checkRows(op: string, rows: Tensor): Tensor {
  if (rows.rank > 0) return rows;
  throw new ShapeError({
    op,
    what: 'a scalar has no rows',
    arrays: { rows },
    rule: 'ranks share the first axis',
    mend: 'Use allReduce for a number',
  });
}

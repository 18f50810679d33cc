/** Recording a program, and its gradients. */
import { checkOptions, TapeError } from '../errors.js';
import { seedFor } from '../grad/seed.js';
import { markDependents, walk } from '../grad/walk.js';
import type { TensorLike } from '../tensor/create.js';
import { newData } from '../tensor/storage.js';
import { hostTensor, keep, type Tensor } from '../tensor/tensor.js';
import { checkTensor, checkTree, forEachTensor, type TensorTree } from '../tensor/tree.js';
import { Parameter, Variable } from '../tensor/variable.js';
import { borrowArena, engine, inArena, returnArena } from './engine.js';
import type { OpListener } from './op-listeners.js';
import type { OpRecord, Recording } from './recording.js';
import { acquire, giveUp, renew } from './recordings.js';
import { reportOf, type TapeReport } from './report.js';

/** Options of {@link Tape.backward}. */
export interface BackwardOptions {
  /** ∂objective/∂loss: a number scales; a tensor of the loss's shape makes any result differentiable. 1 unless given. */
  readonly seed?: TensorLike;
  /** Only these get a gradient; all that the loss depends on unless given. */
  readonly parameters?: Iterable<Parameter>;
}

/** What {@link Tape.backward} tells where parameters are named. */
export interface BackwardReport {
  /** Those of them that the loss does not depend on, or that are frozen: their `.grad` is untouched. */
  readonly untouched: readonly Parameter[];
}

/**
 * Writes a program down as it runs, and walks back through it for gradients.
 *
 * What `record` returns is the caller's for good. Everything else that it computed stays readable until
 * the same tape records again; then its memory is reused.
 *
 * @example
 * ```ts
 * import { mean, mul, Parameter, square, sub, Tape, tensor } from '@unroll/core';
 * const w = new Parameter(tensor([0.5]));
 * const tape = new Tape();
 * for (let step = 0; step < 100; step++) {
 *   const loss = tape.record(() => mean(square(sub(mul(w, 3), 6))));
 *   w.zeroGrad();
 *   tape.backward(loss);
 *   w.assign(sub(w, mul(w.grad ?? 0, 0.05)));
 * }
 * w.item(); // 2
 * ```
 */
export class Tape {
  #recording: Recording | null = null;
  /** The run of #recording that is this tape's: when another tape has taken it over, the epochs differ. */
  #epoch = 0;
  readonly #opListeners = new Set<OpListener>();

  /**
   * Runs `fn` and writes down what it computes.
   *
   * Errors: `TapeError` when a tape is recording already; `ValueError` for a result that is not made of
   * tensors, primitives, arrays and plain objects, or is a promise. Whatever `fn` throws passes through,
   * and the recording is dropped.
   */
  record<T extends TensorTree>(fn: () => T): T {
    if (engine.recording !== null) {
      throw new TapeError({
        op: 'record',
        what: 'a recording is going on already',
        rule: 'recordings do not nest',
        mend: 'Use grad or vjp for a gradient inside, or call record outside',
      });
    }
    const recording = this.#begin();
    try {
      const result = inArena(recording.arena, recording, fn);
      checkTree('record', result);
      forEachTensor(result, keep);
      if (engine.watch !== null) forEachTensor(result, (t) => engine.watch?.arrived(t));
      return result;
    } catch (error) {
      this.#recording = null;
      giveUp(recording);
      throw error;
    }
  }

  #begin(): Recording {
    const own = this.#live();
    if (own !== null) {
      renew(own);
      own.restart();
    }
    const recording = own ?? acquire();
    recording.listeners = this.#opListeners;
    this.#recording = recording;
    this.#epoch = recording.epoch;
    return recording;
  }

  #live(): Recording | null {
    return this.#recording !== null && this.#recording.epoch === this.#epoch ? this.#recording : null;
  }

  /**
   * Adds ∂loss/∂p to `p.grad` of each parameter p that the loss depends on and that is not frozen. May be
   * called again on the same recording, with another loss or seed: it adds. Where parameters are named, it tells which of
   * them got nothing.
   *
   * Errors: `TapeError` when the loss is no result of this tape's last recording, depends on no parameter,
   * or a parameter was written since; `ShapeError` when the loss is not a scalar and no seed is given;
   * `DataTypeError` for what is no tensor.
   * Nothing is changed then.
   */
  backward(loss: Tensor, options: BackwardOptions & { readonly parameters: Iterable<Parameter> }): BackwardReport;
  backward(loss: Tensor, options?: BackwardOptions): void;
  backward(loss: Tensor, options: BackwardOptions = {}): BackwardReport | undefined {
    checkOptions('backward', options, ['seed', 'parameters']);
    const { recording, node } = this.#find('backward', loss);
    const named = options.parameters === undefined ? null : new Set(options.parameters);
    const isTarget = (candidate: number): boolean => {
      const { op, output } = recording.records[candidate] as OpRecord;
      return op === null && output instanceof Parameter && !output.frozen && (named === null || named.has(output));
    };
    const marks = markDependents(recording, node, isTarget);
    if (marks[node] !== 1) throw noParameter(loss, named, (recording.records[node] as OpRecord).op === null);
    checkVersions('backward', recording, node);
    const seed = seedFor('backward', loss, options.seed, SEED);
    const reached = new Set<Parameter>();
    backwards(recording, () => {
      const gradients = walk(recording, node, seed, { marks, sources: isTarget, recorded: false });
      for (let leaf = 0; leaf <= node; leaf++) {
        const gradient = isTarget(leaf) ? gradients.get(leaf) : null;
        if (gradient === null) continue;
        const parameter = (recording.records[leaf] as OpRecord).output as Parameter;
        parameter.accumulateGrad(gradient);
        reached.add(parameter);
      }
    });
    return named === null ? undefined : { untouched: [...named].filter((parameter) => !reached.has(parameter)) };
  }

  /**
   * ∂loss/∂t for each of the tensors, which may be parameters, inputs or anything computed in the
   * recording; zeros where the loss does not depend on it. Writes no `.grad`.
   *
   * Errors: `TapeError` when the loss, or one of the tensors, is not part of this tape's last recording;
   * `ShapeError` when the loss is not a scalar and no seed is given.
   */
  gradient(loss: Tensor, tensors: readonly Tensor[], options: Pick<BackwardOptions, 'seed'> = {}): Tensor[] {
    checkOptions('gradient', options, ['seed']);
    const { recording, node } = this.#find('gradient', loss);
    const nodes = tensors.map((t, i) => {
      checkTensor('gradient', `tensors[${i}]`, t);
      const found = recording.nodeOf(t);
      if (found < 0) throw notRecorded('gradient', t, `tensors[${i}]`);
      return found;
    });
    const targets = new Set(nodes);
    const isTarget = (candidate: number): boolean => targets.has(candidate);
    const marks = markDependents(recording, node, isTarget);
    checkVersions('gradient', recording, node);
    const seed = seedFor('gradient', loss, options.seed, SEED);
    return backwards(recording, () => {
      const reached = marks[node] === 1;
      const gradients = reached ? walk(recording, node, seed, { marks, sources: isTarget, recorded: false }) : null;
      return tensors.map((t, i) => {
        const gradient = gradients?.get(nodes[i] as number) ?? null;
        if (gradient === null) return hostTensor(newData(t.dtype, t.size), t.shape, t.dtype);
        return hostTensor(gradient.data, t.shape, t.dtype);
      });
    });
  }

  /**
   * Calls `listener` for each operation that this tape records from now on: its name, inputs, output, attributes and
   * scope. Returns a function that stops it. A listener is heard once for each operation, however often it was passed.
   *
   * It looks on: what it computes is not recorded, and it can neither record nor write parameters. An exception of its
   * own passes through the operation, and out of `record`. What stands inside of a `checkpoint` is one operation.
   *
   * @example
   * ```ts
   * import { matmul, randn, Tape, tanh } from '@unroll/core';
   * const tape = new Tape();
   * const seen: string[] = [];
   * const stop = tape.onOp(({ name, output }) => seen.push(`${name} [${output.shape}]`));
   * tape.record(() => tanh(matmul(randn([2, 3]), randn([3, 4]))));
   * stop();
   * tape.record(() => tanh(randn([2])));
   * seen; // ['matmul [2,4]', 'tanh [2,4]']
   * ```
   */
  onOp(listener: OpListener): () => void {
    this.#opListeners.add(listener);
    return () => {
      this.#opListeners.delete(listener);
    };
  }

  /**
   * What the last recording holds: records, bytes by operation, and the weight gradients that the last walk through it
   * deferred. What is computed inside of a `checkpoint` is not held, and not counted. `formatReport` makes a table of it.
   *
   * Errors: `TapeError` when the tape holds no recording.
   */
  report(): TapeReport {
    return reportOf(this.recorded('report'));
  }

  /** What this tape recorded last. Errors: `TapeError` when that is nothing, or given up. @internal */
  recorded(op: string): Recording {
    const recording = this.#live();
    if (recording !== null) return recording;
    throw new TapeError({
      op,
      what: 'this tape holds no recording',
      rule: 'a tape holds what it recorded last, which is given up when too many others are held',
      mend: `Call record first, and ${op} soon after it`,
    });
  }

  /** The place of a loss in this tape's last recording. */
  #find(op: string, loss: Tensor): { recording: Recording; node: number } {
    checkTensor(op, 'the loss', loss);
    if (engine.recording !== null) {
      throw new TapeError({
        op,
        what: 'a recording is going on',
        rule: 'a tape walks back after record() has returned',
        mend: 'Use grad or vjp for a gradient inside a recording',
      });
    }
    const recording = this.recorded(op);
    const node = recording.nodeOf(loss);
    if (node >= 0) return { recording, node };
    throw notRecorded(op, loss, 'loss');
  }
}

/** What messages of a tape call a seed. */
const SEED = { result: 'loss', seed: 'seed', otherwise: 'pass { seed }' };

/** Runs a walk with its temporaries in an arena of their own. */
function backwards<T>(recording: Recording, fn: () => T): T {
  const arena = borrowArena();
  try {
    return inArena(arena, null, fn);
  } finally {
    returnArena(arena);
    recording.walked = true;
  }
}

function checkVersions(op: string, recording: Recording, last: number): void {
  for (let node = 0; node <= last; node++) {
    const { op: maker, output, attributes } = recording.records[node] as OpRecord;
    if (maker !== null || !(output instanceof Variable) || output.version === attributes) continue;
    throw new TapeError({
      op,
      what: `${output instanceof Parameter ? `parameter '${output.name}'` : 'a variable'} was written after it was recorded`,
      arrays: { parameter: output },
      rule: 'gradients need the numbers that the recording has read',
      mend: 'Call backward before optimizer.step() or assign(), or record again',
    });
  }
}

function noParameter(loss: Tensor, named: ReadonlySet<Parameter> | null, entered: boolean): TapeError {
  if (entered && loss.source !== null) return notRecorded('backward', loss, 'loss');
  return new TapeError({
    op: 'backward',
    what: `the loss depends on ${named === null ? 'no parameter' : 'none of the given parameters'}`,
    arrays: { loss },
    rule: 'a gradient flows only to parameters that are not frozen, through operations inside record()',
    mend: 'Check that the model is used inside record(), and that nothing in between is a stopGradient or a comparison',
  });
}

function notRecorded(op: string, t: Tensor, name: string): TapeError {
  if (t.source === null) {
    return new TapeError({
      op,
      what: `${name} is a constant that this recording never used`,
      arrays: { [name]: t },
      rule: 'gradients exist between tensors of one recording',
      mend: 'Compute with it inside record()',
    });
  }
  return new TapeError({
    op,
    what: `${name} was computed outside of this tape's last recording, by ${t.source.name}`,
    arrays: { [name]: t },
    rule: 'a tape walks back through its last recording only',
    mend: 'Compute it inside record() and return it from there',
  });
}

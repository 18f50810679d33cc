/**
 * Where operations compute at this moment: nowhere in particular (results go to the ordinary heap), in
 * an arena (`scratch`, a walk backwards), or in an arena with a recording that writes everything down.
 */
import { Arena, type DataType, views } from '@unroll/kernels';
import { contiguousStrides, type Shape, sizeOf } from '../tensor/shape.js';
import { bytesPerElement, copyStrided, newData } from '../tensor/storage.js';
import { hostTensor, keep, releasedError, Tensor } from '../tensor/tensor.js';
import { checkTree, forEachTensor, type TensorTree } from '../tensor/tree.js';
import type { Op } from './op.js';

/** Whoever writes operations down; a `Recording`. */
export interface Recorder {
  readonly epoch: number;
  /** Makes an input part of the run and returns it, or a stand-in for it. */
  enter(t: Tensor): Tensor;
  /** Writes an operation down. */
  add(op: Op, inputs: readonly Tensor[], output: Tensor, attributes: unknown): void;
}

/** A part of a program that has a name, and where it stands itself; see `namedScope`. */
export interface Scope {
  /** `LSTMCell.step`. */
  readonly name: string;
  /** Which turn of a loop over time it is. */
  readonly step: number | undefined;
  readonly outer: Scope | null;
}

/** Somebody who looks on while operations run; see `detectAnomaly`. */
export interface Watch {
  /** Runs the forward computation of an operation. */
  run(op: Op, operands: readonly Tensor[], attributes: unknown, forward: () => Tensor): Tensor;
  /** Runs a walk backwards: what its operations compute on the way is its own affair. */
  quietly<T>(fn: () => T): T;
  /** Says that `copy` has the numbers of `original`. */
  passOn(original: Tensor, copy: Tensor): void;
  /** Says that a tensor leaves a recording. */
  arrived(t: Tensor): void;
}

/** The state of the engine; {@link inArena}, `apply`, `namedScope` and `detectAnomaly` are its only writers. */
export const engine: {
  arena: Arena | null;
  recording: Recorder | null;
  scope: Scope | null;
  watch: Watch | null;
} = { arena: null, recording: null, scope: null, watch: null };

const idleArenas: Arena[] = [];

/** An empty arena, used before if possible, since its memory is reserved already. */
export function borrowArena(): Arena {
  return idleArenas.pop() ?? new Arena();
}

/** Empties an arena, whose tensors are then released, and puts it back for the next borrower. */
export function returnArena(arena: Arena): void {
  arena.reset();
  idleArenas.push(arena);
}

/** Runs `fn` with its results in `arena`, and written down by `recording` if there is one. */
export function inArena<T>(arena: Arena, recording: Recorder | null, fn: () => T): T {
  const before = { ...engine };
  engine.arena = arena;
  engine.recording = recording;
  try {
    return fn();
  } finally {
    engine.arena = before.arena;
    engine.recording = before.recording;
  }
}

const bystander: Recorder = {
  epoch: 0,
  enter(t) {
    settle(t);
    return t;
  },
  add() {},
};

/**
 * Runs a listener of what goes on in the current arena: it computes there, nothing of it is written down, and it can
 * neither record nor walk nor write a parameter.
 */
export function lookOn<T>(fn: () => T): T {
  return inArena(engine.arena as Arena, bystander, fn);
}

/**
 * Runs `fn` with everything that it computes in kernel memory, copies out what it returns, and reuses
 * the rest: many small operations without a heap array for each. Inside a recording it just runs `fn`.
 *
 * Errors: `ValueError` for a result that is not made of tensors, primitives, arrays and plain objects.
 *
 * @example
 * ```ts
 * import { mean, randn, scratch, square } from '@unroll/core';
 * const power = scratch(() => mean(square(randn([1000]))));
 * ```
 */
export function scratch<T extends TensorTree>(fn: () => T): T {
  if (engine.arena !== null) return fn();
  const arena = borrowArena();
  try {
    const result = inArena(arena, null, fn);
    checkTree('scratch', result);
    forEachTensor(result, keep);
    return result;
  } finally {
    returnArena(arena);
  }
}

/** An uninitialised result in the current arena, without gaps. Only ever called while there is one. */
export function allocate(shape: Shape, dtype: DataType): Tensor {
  const arena = engine.arena as Arena;
  const bytes = bytesPerElement(dtype);
  const t = new Tensor(shape, dtype, null);
  t.home = arena;
  t.epoch = arena.epoch;
  t.position = arena.allocate(sizeOf(shape) * bytes) / bytes;
  return t;
}

/** Another tensor over the same kernel memory as `base`. */
export function viewOf(base: Tensor, shape: Shape, strides: readonly number[], position: number): Tensor {
  const t = new Tensor(shape, base.dtype, null, strides);
  t.base = base.base ?? base;
  t.home = base.home;
  t.epoch = base.epoch;
  t.position = position;
  return t;
}

/** A scalar for use in the current computation. */
export function constant(value: number, dtype: DataType): Tensor {
  if (engine.arena === null) {
    const data = newData(dtype, 1);
    data[0] = value;
    return hostTensor(data, [], dtype);
  }
  const t = allocate([], dtype);
  views[dtype][t.position] = value;
  if (engine.recording !== null) t.graph = engine.recording.epoch;
  return t;
}

/** Copies a tensor's numbers into the current arena unless kernel memory holds them. Errors: `ReleasedError`. */
export function settle(t: Tensor): void {
  if (t.resident) return;
  if (t.host === null) throw releasedError(t);
  const arena = engine.arena as Arena;
  const bytes = bytesPerElement(t.dtype);
  t.position = arena.allocate(t.size * bytes) / bytes;
  t.strides = contiguousStrides(t.shape);
  t.home = arena;
  t.epoch = arena.epoch;
  t.graph = 0;
  t.panels = null;
  copyStrided(t.host.data, t.host, views[t.dtype], t.position);
}

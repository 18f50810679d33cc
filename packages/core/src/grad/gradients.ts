/** The gradients that a walk backwards has gathered so far, one for each node. */
import { DataTypeError, ShapeError } from '../errors.js';
import { add } from '../ops/arithmetic.js';
import { allocate, settle, viewOf } from '../tape/engine.js';
import type { OpRecord, Recording } from '../tape/recording.js';
import { kernelsFor } from '../tensor/dtype.js';
import { runBinary, runFill, runUnary } from '../tensor/loops.js';
import { contiguousStrides, sameShape } from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import { GradientMemory } from './gradient-memory.js';

/** How a walk goes. */
export interface WalkOptions {
  /** 1 for each node that depends on a source: the others get no gradient. */
  readonly marks: Uint8Array;
  /** Nodes whose gradients are the answer: they are kept. */
  readonly sources: (node: number) => boolean;
  /** Whether the walk is itself written down, to be differentiated again. */
  readonly recorded: boolean;
}

/** The walk around one that goes through a segment: gradients of the segment's leaves are gradients of nodes out there. */
export interface Surroundings {
  readonly gradients: Gradients;
  /** Nodes out there by leaf. */
  readonly nodes: ReadonlyMap<number, number>;
}

/** What a node's gradient is made of. */
export interface GradientBuffer {
  readonly tensor: Tensor;
  /** Nothing was written yet. */
  readonly fresh: boolean;
}

/** Who may write a node's gradient tensor. */
const SHARED = 0;
/** This node alone: it is a buffer of its own. */
const OWNED = 1;
/** It is the same part of the base's buffer as the node is of its base; nothing is left to pass on. */
const LANDED = 2;

/**
 * Sums gradients by node. Tensors that arrive through {@link Gradients.add} may be shared (an addition
 * hands the same one to both operands), so they are never written to; a second arrival makes a buffer
 * that this node alone owns, and everything later is added into it. The buffer of a view (a slice, a
 * transpose) is that view of its base's buffer: four gates' gradients land in the columns of one.
 */
export class Gradients {
  readonly #recording: Recording;
  readonly #tensors: (Tensor | null)[];
  readonly #state: Uint8Array;
  readonly #memory: GradientMemory;
  readonly #options: WalkOptions;
  readonly #around: Surroundings | null;

  constructor(recording: Recording, count: number, options: WalkOptions, around: Surroundings | null) {
    this.#memory = around === null ? new GradientMemory() : around.gradients.#memory;
    this.#around = around;
    this.#recording = recording;
    this.#tensors = new Array<Tensor | null>(count).fill(null);
    this.#state = new Uint8Array(count);
    this.#options = options;
  }

  get(node: number): Tensor | null {
    return this.#tensors[node] ?? null;
  }

  /** Whether everything that the node could pass on is where it belongs already. */
  landed(node: number): boolean {
    return this.#state[node] === LANDED;
  }

  /** Forgets a gradient that has been passed on. */
  drop(node: number): void {
    const passed = this.#tensors[node] ?? null;
    if (passed !== null) this.release(passed);
    this.#tensors[node] = null;
  }

  /** Puts another gradient in the place of a node's; it may be shared. */
  replace(node: number, gradient: Tensor): void {
    if (!this.#options.recorded) settle(gradient);
    this.#set(node, gradient, SHARED);
  }

  /** Says that somebody needs the numbers of a tensor until {@link Gradients.release}. */
  hold(t: Tensor): void {
    if (!this.#options.recorded) this.#memory.hold(t);
  }

  /** Says that one who held a tensor is done with it; after the last its memory is used again. */
  release(t: Tensor): void {
    if (!this.#options.recorded) this.#memory.release(t);
  }

  /** Adds a gradient that others may share. Errors: `ShapeError`, `DataTypeError` when an adjoint answers with another shape or dtype. */
  add(node: number, gradient: Tensor, from: string): void {
    const value = this.#valueOf(node);
    checkShare(value, gradient, from);
    const outside = this.#around?.nodes.get(node);
    if (outside !== undefined) {
      this.#around?.gradients.add(outside, this.rescue(gradient), from);
      return;
    }
    const present = this.#tensors[node] ?? null;
    if (this.#options.recorded) {
      // A walk that is itself recorded adds with operations; it writes nothing in place.
      this.#tensors[node] = present === null ? gradient : add(present, gradient);
      return;
    }
    settle(gradient);
    const kernels = kernelsFor('backward', floatType(value));
    if (present === null) this.#set(node, gradient, SHARED);
    else if (this.#state[node] !== SHARED) runUnary(kernels.accumulate, gradient, present);
    else {
      const total = allocate(value.shape, value.dtype);
      runBinary(kernels.add, present, gradient, total);
      this.#set(node, total, OWNED);
    }
  }

  /** A buffer that the caller may add into. */
  buffer(node: number): GradientBuffer {
    const outside = this.#around?.nodes.get(node);
    if (this.#around !== null && outside !== undefined) return this.#around.gradients.buffer(outside);
    const present = this.#tensors[node] ?? null;
    if (present !== null && this.#state[node] !== SHARED) return { tensor: present, fresh: false };
    const value = this.#valueOf(node);
    const kernels = kernelsFor('backward', floatType(value));
    const place = this.#placeInBase(node);
    if (place !== null) {
      if (present !== null) runUnary(kernels.accumulate, present, place);
      this.#set(node, place, LANDED);
      return { tensor: place, fresh: false };
    }
    const own = allocate(value.shape, value.dtype);
    if (present !== null) runUnary(kernels.copy, present, own);
    this.#set(node, own, OWNED);
    return { tensor: own, fresh: present === null };
  }

  /** A tensor that outlives the recording: itself, or a copy of what only the recording's arena holds. */
  rescue(t: Tensor): Tensor {
    if (t.home !== this.#recording.arena) return t;
    const copy = allocate(t.shape, t.dtype);
    runUnary(kernelsFor('backward', floatType(t)).copy, t, copy);
    return copy;
  }

  /** The part of the base's buffer that a view's gradient is, with zeros where nothing was added yet; null for what is no view. */
  #placeInBase(node: number): Tensor | null {
    const { op, inputs, attributes, firstInput } = this.#recording.records[node] as OpRecord;
    const base = op?.view === undefined ? -1 : (this.#recording.inputNodes[firstInput] as number);
    const { marks, sources } = this.#options;
    // A source is asked for its gradient alone, without what else the base receives, and so is who has listeners.
    const isAsked = sources(node) || this.#valueOf(node).gradListeners !== null;
    if (op?.view === undefined || base < 0 || marks[base] !== 1 || isAsked) return null;
    const { shape } = inputs[0] as Tensor;
    const outline = op.view({ shape, strides: contiguousStrides(shape), offset: 0 }, attributes);
    // Where a view repeats entries (broadcastTo), its gradients are summed instead.
    if (outline === null || outline.strides.some((stride, axis) => stride === 0 && outline.shape[axis] !== 1))
      return null;
    const { tensor, fresh } = this.buffer(base);
    if (fresh) runFill(kernelsFor('backward', floatType(tensor)).fill, 0, tensor);
    const layout = op.view({ shape, strides: tensor.strides, offset: tensor.position }, attributes);
    return layout === null ? null : viewOf(tensor, layout.shape, layout.strides, layout.offset);
  }

  #valueOf(node: number): Tensor {
    return (this.#recording.records[node] as OpRecord).output as Tensor;
  }

  #set(node: number, tensor: Tensor, state: number): void {
    const present = this.#tensors[node] ?? null;
    this.hold(tensor);
    if (present !== null) this.release(present);
    this.#tensors[node] = tensor;
    this.#state[node] = state;
  }
}

function checkShare(value: Tensor, gradient: Tensor, from: string): void {
  if (!sameShape(value.shape, gradient.shape)) {
    throw new ShapeError({
      op: from,
      what: 'its vjp answers with a gradient of another shape',
      arrays: { input: value, gradient },
      rule: 'the gradient by an input has the shape of the input',
      mend: 'Sum over the axes that were broadcast (sumTo)',
    });
  }
  if (value.dtype === gradient.dtype) return;
  throw new DataTypeError({
    op: from,
    what: `its vjp answers with a ${gradient.dtype} gradient`,
    arrays: { input: value, gradient },
    rule: `the gradient by an input has the dtype of the input, ${value.dtype}`,
    mend: `Convert with cast(gradient, '${value.dtype}')`,
  });
}

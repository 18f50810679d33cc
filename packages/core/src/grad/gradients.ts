/** The gradients that a walk backwards has gathered so far, one for each node. */
import { ShapeError } from '../errors.js';
import { add } from '../ops/arithmetic.js';
import { allocate, settle } from '../tape/engine.js';
import type { Recording } from '../tape/recording.js';
import { kernelsFor } from '../tensor/dtype.js';
import { runBinary, runUnary } from '../tensor/loops.js';
import { sameShape } from '../tensor/shape.js';
import { floatType, type Tensor } from '../tensor/tensor.js';

/** What a node's gradient is made of. */
export interface GradientBuffer {
  readonly tensor: Tensor;
  /** Nothing was written yet. */
  readonly fresh: boolean;
}

/**
 * Sums gradients by node. Tensors that arrive through {@link Gradients.add} may be shared (an addition
 * hands the same one to both operands), so they are never written to; a second arrival makes a buffer
 * that this node alone owns, and everything later is added into it.
 */
export class Gradients {
  readonly #recording: Recording;
  readonly #tensors: (Tensor | null)[];
  /** 1 where the tensor is a buffer of the node's own. */
  readonly #owned: Uint8Array;
  /** A walk that is itself recorded must add with operations; it writes nothing in place. */
  readonly #recorded: boolean;

  constructor(recording: Recording, count: number, recorded: boolean) {
    this.#recording = recording;
    this.#tensors = new Array<Tensor | null>(count).fill(null);
    this.#owned = new Uint8Array(count);
    this.#recorded = recorded;
  }

  get(node: number): Tensor | null {
    return this.#tensors[node] ?? null;
  }

  /** Forgets a gradient that has been passed on. */
  drop(node: number): void {
    this.#tensors[node] = null;
  }

  /** Adds a gradient that others may share. Errors: `ShapeError` when an adjoint answers with a wrong shape. */
  add(node: number, gradient: Tensor, from: string): void {
    const value = this.#recording.records[node]?.output as Tensor;
    if (!sameShape(value.shape, gradient.shape)) {
      throw new ShapeError({
        op: from,
        what: 'its vjp answers with a gradient of another shape',
        arrays: { input: value, gradient },
        rule: 'the gradient by an input has the shape of the input',
        mend: 'Sum over the axes that were broadcast (sumTo)',
      });
    }
    if (!this.#recorded) settle(gradient);
    const present = this.#tensors[node] ?? null;
    if (present === null) this.#tensors[node] = gradient;
    else if (this.#recorded) this.#tensors[node] = add(present, gradient);
    else if (this.#owned[node] === 1)
      runUnary(kernelsFor('backward', floatType(present)).accumulate, gradient, present);
    else {
      const total = allocate(value.shape, floatType(value));
      runBinary(kernelsFor('backward', floatType(value)).add, present, gradient, total);
      this.#own(node, total);
    }
  }

  /** The node's own buffer, without gaps, to be added into. */
  buffer(node: number): GradientBuffer {
    const present = this.#tensors[node] ?? null;
    if (present !== null && this.#owned[node] === 1) return { tensor: present, fresh: false };
    const value = this.#recording.records[node]?.output as Tensor;
    const own = allocate(value.shape, floatType(value));
    if (present !== null) runUnary(kernelsFor('backward', floatType(value)).copy, present, own);
    this.#own(node, own);
    return { tensor: own, fresh: present === null };
  }

  #own(node: number, tensor: Tensor): void {
    this.#tensors[node] = tensor;
    this.#owned[node] = 1;
  }
}

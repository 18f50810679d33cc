/** Weight gradients of products that share an operand over time, computed in blocks instead of one by one. */
import { allocate, viewOf } from '../tape/engine.js';
import type { DeferredProductsReport } from '../tape/recording.js';
import { kernelsFor } from '../tensor/dtype.js';
import { runUnary } from '../tensor/loops.js';
import { floatType, type Tensor } from '../tensor/tensor.js';
import type { Gradients } from './gradients.js';

/** So many rows are summed by one product: as many as its kernel takes in one pass over the result. */
const BLOCK_ROWS = 256;

/** What waits for one node. */
interface Waiting {
  readonly lefts: Tensor[];
  readonly rights: Tensor[];
  rows: number;
}

/** The products that wait in the walk around one that goes through a segment. */
interface WaitingOutside {
  readonly products: DeferredProducts;
  /** Nodes out there by leaf. */
  readonly nodes: ReadonlyMap<number, number>;
}

/**
 * A recurrent weight takes part in one product for each step, and its gradient is Σₜ leftₜᵀ·rightₜ. The
 * pairs wait until they have {@link BLOCK_ROWS} rows together, or until the walk needs the gradient, and
 * become one product: the result is then read and written once for many steps.
 */
export class DeferredProducts {
  readonly #gradients: Gradients;
  readonly #around: WaitingOutside | null;
  readonly #waiting = new Map<number, Waiting>();
  #deferred = 0;
  #rows = 0;
  #products = 0;

  constructor(gradients: Gradients, around: WaitingOutside | null) {
    this.#gradients = gradients;
    this.#around = around;
  }

  /** Adds leftᵀ·right to the gradient of `node`, sooner or later. Both have their rows in axis 0. */
  add(node: number, left: Tensor, right: Tensor): void {
    const outside = this.#around?.nodes.get(node);
    if (outside !== undefined) {
      this.#around?.products.add(outside, left, right);
      return;
    }
    let waiting = this.#waiting.get(node);
    if (waiting === undefined) {
      waiting = { lefts: [], rights: [], rows: 0 };
      this.#waiting.set(node, waiting);
    }
    for (const operand of [left, right]) this.#gradients.hold(operand);
    waiting.lefts.push(left);
    waiting.rights.push(right);
    waiting.rows += left.shape[0] as number;
    this.#deferred += 1;
    this.#rows += left.shape[0] as number;
    if (waiting.rows >= BLOCK_ROWS) this.flush(node);
  }

  /**
   * Brings what waits out of a segment that ends. It goes on waiting, so that blocks have the same rows, and
   * gradients the same bits, as without segments.
   */
  leave(segment: Gradients): void {
    for (const { lefts, rights } of this.#waiting.values()) {
      for (const operands of [lefts, rights]) {
        for (const [i, operand] of operands.entries()) {
          const safe = segment.rescue(operand);
          if (safe === operand) continue;
          this.#gradients.hold(safe);
          operands[i] = safe;
        }
      }
    }
    this.#around?.products.leave(segment);
  }

  /** What has waited so far. */
  get report(): DeferredProductsReport {
    return { deferred: this.#deferred, rows: this.#rows, products: this.#products };
  }

  /** Computes what waits for `node`. */
  flush(node: number): void {
    const waiting = this.#waiting.get(node);
    if (waiting === undefined) return;
    this.#waiting.delete(node);
    this.#products += 1;
    const { lefts, rights, rows } = waiting;
    const { tensor: out, fresh } = this.#gradients.buffer(node);
    const left = stackRows(lefts, rows);
    const right = stackRows(rights, rows);
    if (lefts.length > 1) for (const copy of [left, right]) this.#gradients.hold(copy);
    const [m, n] = out.shape as readonly [number, number];
    kernelsFor('backward', floatType(out)).gemm(
      m,
      n,
      rows,
      left.position,
      left.strides[1] as number,
      left.strides[0] as number,
      right.position,
      right.strides[0] as number,
      right.strides[1] as number,
      out.position,
      out.strides[0] as number,
      out.strides[1] as number,
      fresh ? 0 : 1,
    );
    for (const operand of [...lefts, ...rights]) this.#gradients.release(operand);
    // The stacked copies are nobody else's.
    if (lefts.length > 1) for (const copy of [left, right]) this.#gradients.release(copy);
  }
}

/** Matrices one below the other; a single one as it is. */
function stackRows(parts: readonly Tensor[], rows: number): Tensor {
  const first = parts[0] as Tensor;
  if (parts.length === 1) return first;
  const width = first.shape[1] as number;
  const all = allocate([rows, width], first.dtype);
  const { copy } = kernelsFor('backward', floatType(first));
  let position = all.position;
  for (const part of parts) {
    runUnary(copy, part, viewOf(all, part.shape, all.strides, position));
    position += (part.shape[0] as number) * width;
  }
  return all;
}

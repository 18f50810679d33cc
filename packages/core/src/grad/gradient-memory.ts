/** The memory of gradients during a walk: used again as soon as nobody needs what stands in it. */
import { engine } from '../tape/engine.js';
import { bytesPerElement } from '../tensor/storage.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * Counts who needs each block of the walk's arena: the node whose gradient it is, nodes that share it,
 * views of it, products that wait. A walk over T steps then needs the memory of a few.
 */
export class GradientMemory {
  /** The number of holders, by the address of a block. */
  readonly #holders = new Map<number, number>();
  readonly #arena = engine.arena;

  /** Counts one more holder. Whatever is not in the walk's own arena, or also on the heap, is left alone. */
  hold(t: Tensor): void {
    const block = t.base ?? t;
    if (!this.#owns(block)) return;
    const address = addressOf(block);
    this.#holders.set(address, (this.#holders.get(address) ?? 0) + 1);
  }

  /** Counts one holder less, and recycles the block after the last. */
  release(t: Tensor): void {
    const block = t.base ?? t;
    const address = addressOf(block);
    const holders = this.#owns(block) ? this.#holders.get(address) : undefined;
    if (holders === undefined) return;
    if (holders > 1) {
      this.#holders.set(address, holders - 1);
      return;
    }
    this.#holders.delete(address);
    this.#arena?.recycle(address, block.size * bytesPerElement(block.dtype));
  }

  #owns(block: Tensor): boolean {
    return block.home === this.#arena && block.host === null;
  }
}

const addressOf = (block: Tensor): number => block.position * bytesPerElement(block.dtype);

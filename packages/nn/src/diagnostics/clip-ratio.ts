/** How much clipping does. */
import { ValueError } from '@unroll/core';

/**
 * A running record of how often, and how strongly, gradients are clipped, from the norms that `clipGradNorm` returns.
 * Clipping that acts in almost every step is a smaller learning rate; clipping that never acts can be left out.
 *
 * Errors: of the constructor: `ValueError` for a maxNorm that is not above 0.
 * @source R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural networks", ICML 2013,
 * section 3.2, which sets the threshold from the average norm over many updates
 *
 * @example
 * ```ts
 * import { ClipRatio } from '@unroll/nn';
 * const clipping = new ClipRatio(5);
 * for (const norm of [2, 10, 4, 20]) clipping.add(norm); // clipping.add(clipGradNorm(parameters, 5))
 * clipping.ratio; // 0.5
 * clipping.meanFactor; // 0.6875
 * clipping.largestNorm; // 20
 * ```
 */
export class ClipRatio {
  readonly maxNorm: number;
  #steps = 0;
  #clipped = 0;
  #nonFinite = 0;
  #largest = 0;
  #sumOfNorms = 0;
  #sumOfFactors = 0;

  constructor(maxNorm: number) {
    if (!(maxNorm > 0)) {
      throw new ValueError({
        op: 'new ClipRatio',
        what: `maxNorm is ${maxNorm}`,
        rule: 'it must be above 0',
        mend: 'Pass what clipGradNorm is given',
      });
    }
    this.maxNorm = maxNorm;
  }

  /** Takes the norm before clipping, of one step. Returns this record. */
  add(norm: number): this {
    this.#steps += 1;
    if (!Number.isFinite(norm)) {
      this.#nonFinite += 1;
      return this;
    }
    if (norm > this.maxNorm) this.#clipped += 1;
    this.#largest = Math.max(this.#largest, norm);
    this.#sumOfNorms += norm;
    this.#sumOfFactors += norm > this.maxNorm ? this.maxNorm / norm : 1;
    return this;
  }

  /** How many norms were taken. */
  get steps(): number {
    return this.#steps;
  }

  /** How many of them were NaN or infinite: steps that were skipped. They count in nothing else. */
  get nonFinite(): number {
    return this.#nonFinite;
  }

  /** The fraction of finite norms that were clipped; 0 before the first. */
  get ratio(): number {
    return this.#share(this.#clipped, 0);
  }

  /** The mean factor on gradients, 1 where nothing was clipped; 1 before the first. */
  get meanFactor(): number {
    return this.#share(this.#sumOfFactors, 1);
  }

  /** The mean of the finite norms, before clipping: what Pascanu et al. set the threshold by. 0 before the first. */
  get meanNorm(): number {
    return this.#share(this.#sumOfNorms, 0);
  }

  /** The largest finite norm, before clipping; 0 before the first. */
  get largestNorm(): number {
    return this.#largest;
  }

  #share(sum: number, otherwise: number): number {
    const finite = this.#steps - this.#nonFinite;
    return finite === 0 ? otherwise : sum / finite;
  }
}

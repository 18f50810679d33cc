/** Adam with the decay of the weights kept apart from the gradient. */
import { type AdamOptions, type AdamState, adamRule } from './adam.js';
import { Optimizer } from './optimizer.js';
import type { ParametersOrGroups } from './parameter-groups.js';

/** Options of {@link AdamW}. */
export interface AdamWOptions extends AdamOptions {
  /** Takes `lr·weightDecay·p` from p at each step, past the moments; 0.01 unless given. */
  readonly weightDecay?: number;
}

const adamW = adamRule('AdamW', { decoupled: true, weightDecay: 0.01 });

/**
 * {@link Adam}, except that the weights decay by themselves instead of through the gradient, so that the decay is not
 * divided by the gradient's root mean square: `p ← p − lr·weightDecay·p`, and Adam's step with g the gradient alone.
 *
 * Errors: `ValueError` as {@link Optimizer}.
 * Numerics: as {@link Adam}; `lr·weightDecay` is rounded by itself, not after it was taken from 1, where a small one
 * would lose digits.
 * Differs: the paper's decay is multiplied by the schedule alone, not by lr; this is PyTorch's form, and Keras'.
 * @source I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", arXiv:1711.05101, algorithm 2
 *
 * @example
 * ```ts
 * import { mul, Parameter, sum, Tape, tensor } from '@unroll/core';
 * import { AdamW } from '@unroll/optim';
 * const [weight, bias] = [new Parameter(tensor([1, 2])), new Parameter(tensor([3]))];
 * const optimizer = new AdamW([{ parameters: [weight] }, { parameters: [bias], weightDecay: 0 }], { lr: 0.01 });
 * const tape = new Tape();
 * for (let step = 0; step < 10; step++) {
 *   optimizer.zeroGrad();
 *   tape.backward(tape.record(() => sum(mul(weight, weight, bias))));
 *   optimizer.step();
 * }
 * ```
 */
export class AdamW extends Optimizer<AdamWOptions, Required<AdamWOptions>, AdamState> {
  constructor(parameters: ParametersOrGroups<AdamWOptions>, options: AdamWOptions = {}) {
    super(adamW, parameters, options);
  }
}

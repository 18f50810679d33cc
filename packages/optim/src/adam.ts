/** Adam. */
import { updateAdam, ValueError, type Variable, zerosLike } from '@unroll/core';
import { Optimizer } from './optimizer.js';
import type { ParametersOrGroups } from './parameter-groups.js';
import { checkAboveZero, checkAtLeastZero, checkFraction } from './settings.js';
import type { UpdateRule } from './update-rule.js';

/** Options of {@link Adam}. */
export interface AdamOptions {
  /** Learning rate; 0.001 unless given. */
  readonly lr?: number;
  /** How much of the running means of the gradient and of its square stays at each step, both in [0, 1); `[0.9, 0.999]` unless given. */
  readonly betas?: readonly [beta1: number, beta2: number];
  /** Keeps the divisor above 0; 1e-8 unless given. */
  readonly eps?: number;
  /** Added to the gradient as `weightDecay·p`; 0 unless given. */
  readonly weightDecay?: number;
}

/** What {@link Adam} and AdamW keep beside a parameter. */
export type AdamState = {
  readonly firstMoment: Variable;
  readonly secondMoment: Variable;
  /** beta1ᵗ after t updates of this parameter. */
  beta1Power: number;
  /** beta2ᵗ. */
  beta2Power: number;
};

/** The rule of Adam, and decoupled that of AdamW; `weightDecay` is what holds unless given. */
export function adamRule(
  name: string,
  { decoupled, weightDecay: usualDecay }: { readonly decoupled: boolean; readonly weightDecay: number },
): UpdateRule<AdamOptions, Required<AdamOptions>, AdamState> {
  const op = `new ${name}`;
  return {
    name,
    options: ['lr', 'betas', 'eps', 'weightDecay'],

    settings({ lr = 0.001, betas = [0.9, 0.999], eps = 1e-8, weightDecay = usualDecay }) {
      if (!Array.isArray(betas) || betas.length !== 2) {
        throw new ValueError({
          op,
          what: `betas is ${JSON.stringify(betas)}`,
          rule: 'betas are two numbers, for the mean of the gradient and that of its square',
          mend: 'Pass two, such as [0.9, 0.999]',
        });
      }
      const [beta1, beta2] = betas;
      checkFraction(op, { 'betas[0]': beta1, 'betas[1]': beta2 });
      checkAboveZero(op, { eps });
      checkAtLeastZero(op, { weightDecay });
      return { lr, betas: [beta1, beta2], eps, weightDecay };
    },

    newState: (parameter) => ({
      firstMoment: zerosLike(parameter),
      secondMoment: zerosLike(parameter),
      beta1Power: 1,
      beta2Power: 1,
    }),

    update(parameter, state, { lr, betas: [beta1, beta2], eps, weightDecay }) {
      state.beta1Power *= beta1;
      state.beta2Power *= beta2;
      const [correction1, correction2] = [1 - state.beta1Power, 1 - state.beta2Power];
      const settings = { lr, beta1, beta2, eps, correction1, correction2, weightDecay, decoupled };
      updateAdam(parameter, state, settings);
    },
  };
}

const adam = adamRule('Adam', { decoupled: false, weightDecay: 0 });

/**
 * Gradient descent along the running mean of the gradient, divided by its running root mean square, both corrected
 * for their start at 0.
 *
 * `m ← beta1·m + (1 − beta1)·g`, `v ← beta2·v + (1 − beta2)·g²`,
 * `p ← p − lr · (m / (1 − beta1ᵗ)) / (√(v / (1 − beta2ᵗ)) + eps)`. g is the gradient plus `weightDecay·p`; t counts
 * the updates that the parameter itself has had.
 *
 * Errors: `ValueError` as {@link Optimizer}.
 * Numerics: the powers are running products, whose bits are the same on every engine.
 * Differs: PyTorch allows eps 0, with which the first zero gradient makes NaN.
 * @source D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", arXiv:1412.6980, algorithm 1
 *
 * @example
 * ```ts
 * import { mul, Parameter, sum, Tape, tensor } from '@unroll/core';
 * import { Adam } from '@unroll/optim';
 * const w = new Parameter(tensor([1, 2]));
 * const optimizer = new Adam([w], { lr: 0.01, betas: [0.9, 0.99] });
 * const tape = new Tape();
 * for (let step = 0; step < 10; step++) {
 *   optimizer.zeroGrad();
 *   tape.backward(tape.record(() => sum(mul(w, w))));
 *   optimizer.step();
 * }
 * ```
 */
export class Adam extends Optimizer<AdamOptions, Required<AdamOptions>, AdamState> {
  constructor(parameters: ParametersOrGroups<AdamOptions>, options: AdamOptions = {}) {
    super(adam, parameters, options);
  }
}

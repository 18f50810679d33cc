/** Gradient descent with momentum. */
import { updateSgd, ValueError, type Variable, zerosLike } from '@unroll/core';
import { Optimizer } from './optimizer.js';
import type { ParametersOrGroups } from './parameter-groups.js';
import { checkAtLeastZero, checkFlag, checkFraction } from './settings.js';
import type { UpdateRule } from './update-rule.js';

/** Options of {@link SGD}. */
export interface SGDOptions {
  /** Learning rate; 0.001 unless given. */
  readonly lr?: number;
  /** How much of the last step's velocity goes on, in [0, 1); 0 unless given. */
  readonly momentum?: number;
  /** Look ahead by one step of the velocity. Needs momentum. */
  readonly nesterov?: boolean;
  /** Added to the gradient as `weightDecay·p`; 0 unless given. */
  readonly weightDecay?: number;
}

/** What {@link SGD} keeps beside a parameter; null without momentum. */
export type SGDState = { readonly velocity: Variable | null };

const sgd: UpdateRule<SGDOptions, Required<SGDOptions>, SGDState> = {
  name: 'SGD',
  options: ['lr', 'momentum', 'nesterov', 'weightDecay'],

  settings({ lr = 0.001, momentum = 0, nesterov = false, weightDecay = 0 }) {
    checkFraction('new SGD', { momentum });
    checkFlag('new SGD', { nesterov });
    checkAtLeastZero('new SGD', { weightDecay });
    if (nesterov && momentum === 0) {
      throw new ValueError({
        op: 'new SGD',
        what: 'nesterov is true and momentum is 0',
        rule: 'nesterov looks ahead along the velocity, which there is only with momentum',
        mend: 'Pass a momentum, such as 0.9, or leave nesterov out',
      });
    }
    return { lr, momentum, nesterov, weightDecay };
  },

  newState: (parameter, { momentum }) => ({ velocity: momentum > 0 ? zerosLike(parameter) : null }),

  update(parameter, { velocity }, settings) {
    updateSgd(parameter, velocity, settings);
  },
};

/**
 * Gradient descent: `v ← momentum·v + g`, `p ← p − lr·v`; with nesterov `p ← p − lr·(g + momentum·v)`; without
 * momentum `p ← p − lr·g`. g is the gradient plus `weightDecay·p`.
 *
 * Errors: `ValueError` as {@link Optimizer}.
 * Differs: PyTorch also has `dampening`, which is 0 here, and lets momentum reach 1 and more, where no step is ever
 * forgotten.
 * @source I. Sutskever, J. Martens, G. Dahl, G. Hinton, "On the importance of initialization and momentum in deep
 * learning", ICML 2013, section 2; in the form of PyTorch, where lr multiplies the velocity
 *
 * @example
 * ```ts
 * import { mul, Parameter, sum, Tape, tensor } from '@unroll/core';
 * import { SGD } from '@unroll/optim';
 * const w = new Parameter(tensor([1, 2]));
 * const optimizer = new SGD([w], { lr: 0.1, momentum: 0.9 });
 * const tape = new Tape();
 * for (let step = 0; step < 10; step++) {
 *   optimizer.zeroGrad();
 *   tape.backward(tape.record(() => sum(mul(w, w))));
 *   optimizer.step();
 * }
 * ```
 */
export class SGD extends Optimizer<SGDOptions, Required<SGDOptions>, SGDState> {
  constructor(parameters: ParametersOrGroups<SGDOptions>, options: SGDOptions = {}) {
    super(sgd, parameters, options);
  }
}

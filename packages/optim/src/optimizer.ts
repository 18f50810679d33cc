/** What all optimizers share: groups of parameters, the state beside each, and its way to a checkpoint and back. */
import { checkNotRecording, type Parameter, ValueError, Variable } from '@unroll/core';
import { makeGroups, type ParameterGroup, type ParametersOrGroups } from './parameter-groups.js';
import { copyState, loadState, type OptimizerState, type Slot } from './state-dict.js';
import type { OptimizerSettings, ParameterState, UpdateRule } from './update-rule.js';

/** A parameter, what the rule keeps beside it, and the rule applied to both. */
interface Entry {
  readonly parameter: Parameter;
  readonly state: ParameterState;
  readonly update: () => void;
}

/**
 * Runs an update rule over parameters: the base of all optimizers, and as it is for a rule of your own.
 *
 * Given groups instead of parameters, the options of a group hold for its parameters, and the optimizer's for what the
 * group does not say. All state is made with the optimizer, once; a step makes nothing.
 *
 * Errors: `ValueError` for options that are unknown or out of range, for a list of parameters that is empty, names one
 * twice or holds anything else, and for a parameter in two groups.
 *
 * @example
 * ```ts
 * import { mul, Parameter, sub, tensor } from '@unroll/core';
 * import { Optimizer, type UpdateRule } from '@unroll/optim';
 * const plainDescent: UpdateRule<{ readonly lr?: number }, { readonly lr: number }, Record<string, never>> = {
 *   name: 'PlainDescent',
 *   options: ['lr'],
 *   settings: ({ lr = 0.1 }) => ({ lr }),
 *   newState: () => ({}),
 *   update(parameter, _state, { lr }) {
 *     if (parameter.grad !== null) parameter.assign(sub(parameter, mul(parameter.grad, lr)));
 *   },
 * };
 * const [weight, bias] = [new Parameter(tensor([1, 2])), new Parameter(tensor([3]))];
 * const groups = [{ parameters: [weight] }, { parameters: [bias], lr: 0.2 }];
 * const optimizer = new Optimizer(plainDescent, groups, {});
 * weight.grad = tensor([10, 10]);
 * bias.grad = tensor([10]);
 * optimizer.step();
 * weight.toArray(); // [0, 1]
 * bias.toArray(); // [1]
 * ```
 */
export class Optimizer<
  Options extends object = object,
  Settings extends OptimizerSettings = OptimizerSettings,
  State extends ParameterState = ParameterState,
> {
  /** Parameters by their settings: one group, or those that were given. */
  readonly groups: readonly ParameterGroup<Settings>[];
  /** All parameters, group by group. */
  readonly parameters: readonly Parameter[];
  readonly #rule: string;
  readonly #entries: readonly Entry[];

  constructor(rule: UpdateRule<Options, Settings, State>, parameters: ParametersOrGroups<Options>, options: Options) {
    this.groups = makeGroups(rule, parameters, options);
    this.parameters = this.groups.flatMap((group) => group.parameters);
    this.#rule = rule.name;
    this.#entries = this.groups.flatMap((group) =>
      group.parameters.map((parameter) => {
        const state = rule.newState(parameter, group.settings);
        return { parameter, state, update: () => rule.update(parameter, state, group.settings) };
      }),
    );
  }

  /**
   * The learning rate of the next step, in all groups; schedules write it. `groups[i].lr` is that of one.
   *
   * Errors: on assignment, `ValueError` unless it is finite and at least 0; on reading, where groups differ in it.
   */
  get lr(): number {
    const rates = this.groups.map((group) => group.lr);
    if (new Set(rates).size > 1) {
      throw new ValueError({
        op: this.#rule,
        what: `the groups have the learning rates ${rates.join(', ')}`,
        rule: 'optimizer.lr is the one that all of them have',
        mend: 'Read groups[i].lr',
      });
    }
    return rates[0] as number;
  }

  set lr(lr: number) {
    for (const group of this.groups) group.lr = lr;
  }

  /**
   * Updates each parameter by its gradient. One without a gradient, or frozen, is left exactly as it is, its state too.
   *
   * Errors: `TapeError` inside a recording. Nothing is changed then.
   */
  step(): void {
    this.#checkNotRecording('step');
    for (const { parameter, update } of this.#entries) if (!parameter.frozen && parameter.grad !== null) update();
  }

  /** Marks all gradients empty. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.zeroGrad();
  }

  /**
   * A copy of the state: each group's learning rate and size as `groups.0.lr` and `groups.0.size`, and what is kept
   * beside each parameter by its place in {@link Optimizer.parameters}, as `0.velocity`.
   */
  stateDict(): OptimizerState {
    return copyState(this.#slots());
  }

  /**
   * Takes over what {@link Optimizer.stateDict} returned, from this optimizer or one built alike.
   *
   * Errors: `ValueError` listing all names that are missing, unexpected or misfit; `TapeError` inside a recording;
   * `ReleasedError` for tensors that are gone. Nothing is changed then.
   */
  loadStateDict(dictionary: OptimizerState): void {
    this.#checkNotRecording('loadStateDict');
    loadState(`${this.#rule}.loadStateDict`, this.#slots(), dictionary);
  }

  #checkNotRecording(method: string): void {
    for (const parameter of this.parameters) checkNotRecording(`${this.#rule}.${method}`, parameter);
  }

  #slots(): Slot[] {
    const ofGroups = this.groups.flatMap((group, i): Slot[] => [
      {
        path: `groups.${i}.lr`,
        value: group.lr,
        range: 'a finite number of at least 0',
        fits: (next) => Number.isFinite(next) && next >= 0,
        replace: (next) => {
          group.lr = next;
        },
      },
      {
        // Never changes: it tells apart groups that were cut otherwise.
        path: `groups.${i}.size`,
        value: group.parameters.length,
        range: String(group.parameters.length),
        fits: (next) => next === group.parameters.length,
        replace: () => {},
      },
    ]);
    const ofParameters = this.#entries.flatMap(({ parameter, state }, i) =>
      Object.entries(state).flatMap(([name, value]): Slot[] => {
        if (value === null) return [];
        const path = `${i}.${name}`;
        if (value instanceof Variable) return [{ path, variable: value, parameter }];
        const replace = (next: number): void => {
          state[name] = next;
        };
        return [{ path, value, range: 'a finite number', fits: Number.isFinite, replace }];
      }),
    );
    return [...ofGroups, ...ofParameters];
  }
}

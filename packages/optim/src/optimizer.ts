/** What all optimizers share: their parameters, the state beside each, and its way to a checkpoint and back. */
import { checkNotRecording, formatShape, type Parameter, Tensor, tensor, ValueError, Variable } from '@unroll/core';
import { checkParameters } from './parameter-list.js';
import { checkAtLeastZero } from './settings.js';

/**
 * What an update rule keeps beside one parameter: variables of its shape, numbers, and null for what its settings
 * do not use. A type alias, not an interface, so that it has an index.
 */
export type ParameterState = Record<string, Variable | number | null>;

/** An optimizer's state as plain data: `lr`, and what it keeps beside each parameter as `0.velocity`. */
export type OptimizerState = { readonly [name: string]: Tensor | number };

/**
 * The base of all optimizers. An update rule says what it keeps beside a parameter and how it updates one.
 *
 * All state is made with the optimizer, once; a step makes nothing.
 *
 * @example
 * ```ts
 * import { mul, Parameter, sub, tensor } from '@unroll/core';
 * import { Optimizer } from '@unroll/optim';
 * class PlainDescent extends Optimizer<Record<string, never>> {
 *   constructor(parameters: Iterable<Parameter>) {
 *     super('PlainDescent', parameters, 0.1, () => ({}));
 *   }
 *   protected update(parameter: Parameter): void {
 *     if (parameter.grad !== null) parameter.assign(sub(parameter, mul(parameter.grad, this.lr)));
 *   }
 * }
 * const w = new Parameter(tensor([1, 2]));
 * const optimizer = new PlainDescent([w]);
 * w.grad = tensor([10, 10]);
 * optimizer.step();
 * w.toArray(); // [0, 1]
 * ```
 */
export abstract class Optimizer<State extends ParameterState = ParameterState> {
  readonly parameters: readonly Parameter[];
  readonly #rule: string;
  readonly #states: readonly State[];
  #lr: number;

  /**
   * Errors: `ValueError` for a list of parameters that is empty, names one twice or holds anything else, and for a
   * learning rate that is none.
   */
  protected constructor(
    rule: string,
    parameters: Iterable<Parameter>,
    lr: number,
    newState: (parameter: Parameter) => State,
  ) {
    checkAtLeastZero(`new ${rule}`, { lr });
    this.parameters = checkParameters(`new ${rule}`, parameters);
    this.#rule = rule;
    this.#lr = lr;
    this.#states = this.parameters.map(newState);
  }

  /**
   * The learning rate of the next step; schedules write it. 0 is allowed, since warm-ups begin there.
   *
   * Errors: on assignment, `ValueError` unless it is finite and at least 0.
   */
  get lr(): number {
    return this.#lr;
  }

  set lr(lr: number) {
    checkAtLeastZero(this.#rule, { lr });
    this.#lr = lr;
  }

  /** Writes one parameter, which has a gradient and is not frozen, and its state. */
  protected abstract update(parameter: Parameter, state: State): void;

  /**
   * Updates each parameter by its gradient. One without a gradient, or frozen, is left exactly as it is, its state too.
   *
   * Errors: `TapeError` inside a recording. Nothing is changed then.
   */
  step(): void {
    for (const parameter of this.parameters) checkNotRecording(`${this.#rule}.step`, parameter);
    this.parameters.forEach((parameter, i) => {
      if (parameter.frozen || parameter.grad === null) return;
      this.update(parameter, this.#states[i] as State);
    });
  }

  /** Marks all gradients empty. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.zeroGrad();
  }

  /** A copy of the state: {@link Optimizer.lr}, and each parameter's by its place in the list. */
  stateDict(): OptimizerState {
    const entries: [string, Tensor | number][] = [['lr', this.#lr]];
    for (const { path, value } of this.#slots()) {
      entries.push([path, value instanceof Variable ? tensor(value.data, { shape: value.shape }) : value]);
    }
    return Object.fromEntries(entries);
  }

  /**
   * Takes over what {@link Optimizer.stateDict} returned, from this optimizer or one built alike.
   *
   * Errors: `ValueError` listing all names that are missing, unexpected or misfit; `TapeError` inside a recording;
   * `ReleasedError` for tensors that are gone. Nothing is changed then.
   */
  loadStateDict(dictionary: OptimizerState): void {
    const op = `${this.#rule}.loadStateDict`;
    for (const parameter of this.parameters) checkNotRecording(op, parameter);
    const slots = this.#slots();
    const known = new Set(['lr', ...slots.map(({ path }) => path)]);
    const missing = [...known].filter((path) => dictionary[path] === undefined);
    const unexpected = Object.keys(dictionary).filter((path) => !known.has(path));
    const misfit: string[] = [];
    const writes: (() => void)[] = [];
    for (const { path, parameter, value, replace } of slots) {
      const next = dictionary[path];
      if (next === undefined) continue;
      const problem = misfitOf(value, next);
      if (problem !== null) misfit.push(`${path} ${problem} (parameter '${parameter.name}')`);
      else if (value instanceof Variable && next instanceof Tensor) {
        const copy = tensor(next.data, { shape: next.shape });
        writes.push(() => value.assign(copy));
      } else if (typeof next === 'number') writes.push(() => replace(next));
    }
    const lists = Object.entries({ missing, unexpected, misfit }).filter(([, names]) => names.length > 0);
    if (lists.length > 0) {
      throw new ValueError({
        op,
        what: 'the dictionary does not fit',
        rule: lists.map(([kind, names]) => `${kind}: ${names.join(', ')}`).join('; '),
        mend: 'Build the optimizer with the parameters and options it was saved with; nothing was changed',
      });
    }
    const lr = dictionary.lr;
    checkAtLeastZero(op, { lr });
    this.#lr = lr as number;
    for (const write of writes) write();
  }

  /** Everything that is kept beside the parameters, by its name in a dictionary. */
  #slots(): Slot[] {
    return this.parameters.flatMap((parameter, i) => {
      const state: ParameterState = this.#states[i] as State;
      return Object.entries(state).flatMap(([name, value]) => {
        if (value === null) return [];
        const replace = (next: number): void => {
          state[name] = next;
        };
        return [{ path: `${i}.${name}`, parameter, value, replace }];
      });
    });
  }
}

interface Slot {
  readonly path: string;
  readonly parameter: Parameter;
  readonly value: Variable | number;
  readonly replace: (next: number) => void;
}

/** Why `next` cannot take the place of `present`; null when it can. */
function misfitOf(present: Variable | number, next: Tensor | number): string | null {
  if (typeof present === 'number')
    return typeof next === 'number' && Number.isFinite(next) ? null : 'is not a finite number';
  if (!(next instanceof Tensor)) return 'is not a tensor';
  const [own, given] = [formatShape(present.shape), formatShape(next.shape)];
  if (own !== given) return `is ${given}, not ${own}`;
  return present.dtype === next.dtype ? null : `is ${next.dtype}, not ${present.dtype}`;
}

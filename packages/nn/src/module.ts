/** What has parameters: found in plain fields, named by their path, saved and loaded as plain data. */
import {
  checkOptions,
  formatShape,
  Parameter,
  Rng,
  type RngState,
  type Tensor,
  type TensorLike,
  tensor,
  UnrollError,
  ValueError,
  Variable,
} from '@unroll/core';
import { modulePlaces } from './places.js';
import { summaryTable } from './summary.js';

/** A module's parameters, other variables and generators as plain data, by their dotted path. */
export type StateDict = { readonly [name: string]: Tensor | RngState };

/**
 * The base of everything that has parameters. It finds them in plain fields: a `Parameter`, another module, or
 * arrays and plain objects of them. What is `#private`, or in a `Map`, it does not find.
 *
 * @example
 * ```ts
 * import { mul, Parameter, type Tensor, tensor } from '@unroll/core';
 * import { Module } from '@unroll/nn';
 * class Scale extends Module {
 *   readonly factor: Parameter = new Parameter(tensor([2]));
 *   forward(x: Tensor): Tensor {
 *     return mul(x, this.factor);
 *   }
 * }
 * const scale = new Scale();
 * scale.namedParameters(); // [['factor', scale.factor]]
 * scale.loadStateDict({ factor: tensor([3]) });
 * ```
 */
export abstract class Module {
  /** Whether it is being trained: dropout and its kin act only then. Set by `train` and `eval`. */
  training = true;

  /** All parameters, each once. Names them, as {@link Module.namedParameters} does. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /**
   * All parameters with their dotted paths (`layers.0.weight`), in the order of the fields; one that two fields
   * share has the first one's path. Sets `parameter.name`, unless a module around this one has set a longer path.
   */
  namedParameters(): [name: string, parameter: Parameter][] {
    const named: [string, Parameter][] = [];
    for (const [path, value] of this.#saved()) {
      if (!(value instanceof Parameter)) continue;
      if (!value.name.endsWith(`.${path}`)) value.name = path;
      named.push([path, value]);
    }
    return named;
  }

  /** Sets `training` here and in all modules inside. Returns this module. */
  train(): this {
    return this.#setTraining(true);
  }

  /** Clears `training` here and in all modules inside. Returns this module. */
  eval(): this {
    return this.#setTraining(false);
  }

  #setTraining(training: boolean): this {
    for (const { value } of modulePlaces(this)) if (value instanceof Module) value.training = training;
    this.training = training;
    return this;
  }

  /** Parameters, other variables and generators by their paths, each once. */
  #saved(): Map<string, Variable | Rng> {
    const first = new Map<Variable | Rng, string>();
    for (const { path, value } of modulePlaces(this)) {
      if ((value instanceof Variable || value instanceof Rng) && !first.has(value)) first.set(value, path);
    }
    return new Map([...first].map(([value, path]) => [path, value]));
  }

  /** A copy of all parameters, other variables and generators' states. */
  stateDict(): StateDict {
    return Object.fromEntries(
      [...this.#saved()].map(([path, value]) => [path, value instanceof Rng ? value.state() : copyOf(value)]),
    );
  }

  /**
   * Takes over what {@link Module.stateDict} returned, from this module or one built alike.
   *
   * Errors: `ValueError` listing all missing, unexpected and misshapen names, and generators' states that are none;
   * `TapeError` inside a recording. Nothing is changed then.
   */
  loadStateDict(dictionary: StateDict): void {
    const saved = this.#saved();
    const misshapen: string[] = [];
    const writes: (() => void)[] = [];
    for (const [path, target] of saved) {
      const value = dictionary[path];
      if (value === undefined) continue;
      const write = target instanceof Rng ? planRestore(target, value) : planAssign(target, value);
      if (typeof write === 'string') misshapen.push(`${path} ${write}`);
      else writes.push(write);
    }
    const missing = [...saved.keys()].filter((path) => dictionary[path] === undefined);
    const unexpected = Object.keys(dictionary).filter((path) => !saved.has(path));
    const lists = Object.entries({ missing, unexpected, misshapen }).filter(([, names]) => names.length > 0);
    if (lists.length > 0) {
      throw new ValueError({
        op: 'loadStateDict',
        what: `the dictionary does not fit ${this.constructor.name}`,
        rule: lists.map(([kind, names]) => `${kind}: ${names.join(', ')}`).join('; '),
        mend: 'Build the module with the options it was saved with; nothing was changed',
      });
    }
    for (const write of writes) write();
  }

  /** A table of all parameters with their shapes and counts, and the total. */
  summary(): string {
    return summaryTable(this.constructor.name, this.namedParameters());
  }
}

/** What has parameters: found in plain fields, named by their path, saved and loaded as plain data. */
import { Parameter, Rng, Variable } from '@unroll/core';
import { copyState, loadState, type Saved, type StateDict } from './state-dict.js';
import { summaryTable } from './summary.js';
import type { TorchForm } from './torch/form.js';

/** A field, or an entry of an array or plain object in one, and what it holds. */
export interface Place {
  /** Dotted: `layers.0.weight`. */
  readonly path: string;
  readonly holder: Record<string, unknown>;
  readonly key: string;
  readonly value: Variable | Rng | Module;
}

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
   * All parameters with their dotted paths, in the order of the fields; one that two fields share has the first
   * one's path. Sets `parameter.name`, unless a module around this one has set a longer path.
   */
  namedParameters(): [name: string, parameter: Parameter][] {
    const named = [...savedOf(this)].filter((entry): entry is [string, Parameter] => entry[1] instanceof Parameter);
    for (const [path, parameter] of named) if (!parameter.name.endsWith(`.${path}`)) parameter.name = path;
    return named;
  }

  /**
   * A copy of all parameters, other variables and generators' states. It shares nothing with the module.
   */
  stateDict(): StateDict {
    return copyState(savedOf(this));
  }

  /**
   * Takes over what {@link Module.stateDict} returned, from this module or one built alike.
   *
   * Errors: `ValueError` listing all names that are missing, unexpected or of another shape or dtype; `TapeError`
   * inside a recording. Nothing is changed then.
   */
  loadStateDict(dictionary: StateDict): void {
    loadState(this.constructor.name, savedOf(this), dictionary);
  }

  /** Sets `training` here and in all modules inside. Returns this module. */
  train(): this {
    for (const module of modulesOf(this)) module.training = true;
    return this;
  }

  /** Clears `training` here and in all modules inside. Returns this module. */
  eval(): this {
    for (const module of modulesOf(this)) module.training = false;
    return this;
  }

  /**
   * Freezes all parameters inside: they get no gradient, and optimizers leave them alone. PyTorch says
   * `requires_grad_(False)`, Keras `trainable = False`. What the module does stays as it is, dropout included
   * ({@link Module.eval} ends that). Returns this module.
   *
   * @example
   * ```ts
   * import { ones, sum, Tape } from '@unroll/core';
   * import { Linear, Sequential, Tanh } from '@unroll/nn';
   * import { SGD } from '@unroll/optim';
   * const body = new Linear({ inputSize: 2, outputSize: 3 });
   * const head = new Linear({ inputSize: 3, outputSize: 1 });
   * const model = new Sequential(body.freeze(), new Tanh(), head);
   * const optimizer = new SGD(model.parameters(), { lr: 0.5 });
   * const before = model.parameters().map((parameter) => parameter.data.join());
   * const tape = new Tape();
   * tape.backward(tape.record(() => sum(model.forward(ones([1, 2])))));
   * optimizer.step();
   * model.parameters().map((parameter, i) => parameter.data.join() === before[i]); // [true, true, false, false]
   * ```
   */
  freeze(): this {
    for (const parameter of this.parameters()) parameter.frozen = true;
    return this;
  }

  /** Lets all parameters inside learn again, also those that were frozen one by one. Returns this module. */
  unfreeze(): this {
    for (const parameter of this.parameters()) parameter.frozen = false;
    return this;
  }

  /** How many numbers all parameters hold together. */
  parameterCount(): number {
    return this.parameters().reduce((total, { size }) => total + size, 0);
  }

  /** A table of all parameters with their shapes and counts, and the total, split where some are frozen. */
  summary(): string {
    return summaryTable(this.constructor.name, this.namedParameters());
  }

  /**
   * How PyTorch holds what this module holds; only kinds of modules have it whose tensors are others there than the
   * fields say. `loadTorchStateDict` and `toTorchStateDict` ask for it.
   */
  torchForm?(): TorchForm;
}

/** Every place inside a module where something of interest stands; a module inside is entered once. */
export function placesOf(root: Module): Generator<Place> {
  return placesIn(root, '', new Set(), true);
}

/** The same of a module, array or plain object, without what stands inside of the modules in it. */
export function ownPlacesOf(container: object): Generator<Place> {
  return placesIn(container, '', new Set(), false);
}

function* placesIn(container: object, prefix: string, entered: Set<object>, intoModules: boolean): Generator<Place> {
  if (entered.has(container)) return;
  entered.add(container);
  const holder = container as Record<string, unknown>;
  for (const [key, value] of Object.entries(holder)) {
    const path = `${prefix}${key}`;
    if (value instanceof Variable || value instanceof Rng || value instanceof Module) {
      yield { path, holder, key, value };
    }
    if (isContainer(value) || (intoModules && value instanceof Module)) {
      yield* placesIn(value, `${path}.`, entered, intoModules);
    }
  }
}

function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

function modulesOf(root: Module): Set<Module> {
  const inside = [...placesOf(root)].map(({ value }) => value);
  return new Set([root, ...inside.filter((value) => value instanceof Module)]);
}

/** Variables and generators by the path where each is found first. */
function savedOf(root: Module): Saved {
  const paths = new Map<Variable | Rng, string>();
  for (const { path, value } of placesOf(root)) {
    if (!(value instanceof Module) && !paths.has(value)) paths.set(value, path);
  }
  return new Map([...paths].map(([value, path]) => [path, value]));
}

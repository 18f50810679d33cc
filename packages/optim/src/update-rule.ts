/** What an update rule is: plain data that an optimizer runs. */
import type { Parameter, Variable } from '@unroll/core';

/** The settings that every rule has; a rule's own come beside them. */
export interface OptimizerSettings {
  /** Learning rate. */
  readonly lr: number;
}

/**
 * What an update rule keeps beside one parameter: variables of its shape, numbers, and null for what its settings
 * do not use. A type alias, not an interface, so that it has an index.
 */
export type ParameterState = Record<string, Variable | number | null>;

/** A rule by which an {@link Optimizer} writes parameters. SGD, Adam and the others are objects of this shape. */
export interface UpdateRule<Options extends object, Settings extends OptimizerSettings, State extends ParameterState> {
  /** Begins messages: `SGD`. */
  readonly name: string;
  /** The names that options can have; others are refused. */
  readonly options: readonly string[];
  /** The options completed with their defaults. Refuses what is out of range; lr is checked for it. */
  settings(options: Options): Settings;
  /** What it keeps beside a parameter, made once. */
  newState(parameter: Parameter, settings: Settings): State;
  /** Writes one parameter, which has a gradient and is not frozen, and its state. */
  update(parameter: Parameter, state: State, settings: Settings): void;
}

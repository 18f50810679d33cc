/** Parameters that share their settings: how an optimizer is given them, and how it shows them. */
import { checkOptions, locate, type Parameter, ValueError } from '@unroll/core';
import { checkList, checkParameters } from './parameter-list.js';
import { checkAtLeastZero } from './settings.js';
import type { OptimizerSettings, ParameterState, UpdateRule } from './update-rule.js';

/** Some parameters, with the options that are theirs; the optimizer's own options hold for the rest. */
export type ParameterGroupOptions<Options extends object> = Options & { readonly parameters: Iterable<Parameter> };

/** What an optimizer is given: parameters, or groups of them. */
export type ParametersOrGroups<Options extends object> = Iterable<Parameter> | Iterable<ParameterGroupOptions<Options>>;

/** Parameters of an optimizer that share their settings. One that was given no groups has one. */
export class ParameterGroup<Settings extends OptimizerSettings = OptimizerSettings> {
  readonly parameters: readonly Parameter[];
  readonly #rule: string;
  #settings: Settings;

  /** @internal */
  constructor(rule: string, parameters: readonly Parameter[], settings: Settings) {
    this.parameters = parameters;
    this.#rule = rule;
    this.#settings = settings;
  }

  /** All settings of the next step, {@link ParameterGroup.lr} among them. */
  get settings(): Settings {
    return this.#settings;
  }

  /**
   * The learning rate of the next step; schedules write it. 0 is allowed, since warm-ups begin there.
   *
   * Errors: on assignment, `ValueError` unless it is finite and at least 0.
   */
  get lr(): number {
    return this.#settings.lr;
  }

  set lr(lr: number) {
    checkAtLeastZero(this.#rule, { lr });
    this.#settings = { ...this.#settings, lr };
  }
}

/**
 * The groups that parameters and options describe.
 *
 * Errors: `ValueError` for options that are unknown or out of range, for a list of parameters that is empty, names one
 * twice or holds anything else, and for a parameter in two groups.
 */
export function makeGroups<Options extends object, Settings extends OptimizerSettings, State extends ParameterState>(
  rule: UpdateRule<Options, Settings, State>,
  list: ParametersOrGroups<Options>,
  options: Options,
): readonly ParameterGroup<Settings>[] {
  const op = `new ${rule.name}`;
  const settingsOf = (given: Options): Settings => {
    checkOptions(op, given, rule.options);
    const settings = rule.settings(given);
    checkAtLeastZero(op, { lr: settings.lr });
    return settings;
  };
  const settings = settingsOf(options); // also where every group has options of its own
  const entries = checkList<Parameter | ParameterGroupOptions<Options>>(op, list);
  if (!entries.some(isGroup)) return [new ParameterGroup(rule.name, checkParameters(op, entries), settings)];
  const groups = entries.map((entry, i) => {
    try {
      if (!isGroup(entry)) throw noGroup(op);
      const { parameters, ...own } = entry;
      return new ParameterGroup(rule.name, checkParameters(op, parameters), settingsOf({ ...options, ...own }));
    } catch (error) {
      throw locate(error, `groups[${i}]`);
    }
  });
  checkDisjoint(op, groups);
  return groups;
}

function isGroup<Options extends object>(
  entry: Parameter | ParameterGroupOptions<Options>,
): entry is ParameterGroupOptions<Options> {
  return typeof entry === 'object' && entry !== null && 'parameters' in entry;
}

function noGroup(op: string): ValueError {
  return new ValueError({
    op,
    what: 'this is not a group, as others are',
    rule: 'an optimizer is given parameters or groups, not both',
    mend: 'Put the parameters into a group: { parameters: [parameter] }',
  });
}

/** Errors: `ValueError` for a parameter in two groups. */
function checkDisjoint(op: string, groups: readonly ParameterGroup[]): void {
  const owners = new Map<Parameter, number>();
  for (const [i, { parameters }] of groups.entries()) {
    for (const parameter of parameters) {
      const owner = owners.get(parameter);
      if (owner !== undefined) {
        throw new ValueError({
          op,
          what: `groups[${owner}] and groups[${i}] share a parameter`,
          arrays: { [parameter.name]: parameter },
          rule: 'each parameter is in one group, or it would be updated twice',
          mend: 'Remove it from one of them',
        });
      }
      owners.set(parameter, i);
    }
  }
}

/** What a module saves and takes over, as plain data: nothing is changed unless all of it fits. */
import { formatShape, Rng, type RngState, Tensor, tensor, ValueError, type Variable } from '@unroll/core';

/** A module's parameters, other variables and generators' states as plain data, by their dotted path. */
export type StateDict = { readonly [path: string]: Tensor | RngState };

/** What of a module is saved, by its path. */
export type Saved = ReadonlyMap<string, Variable | Rng>;

/** A copy on the ordinary heap, which later writes do not reach. */
export const copyOf = (t: Tensor): Tensor => tensor(t.data, { shape: t.shape });

export function copyState(saved: Saved): StateDict {
  return Object.fromEntries(
    [...saved].map(([path, value]) => [path, value instanceof Rng ? value.state() : copyOf(value)]),
  );
}

/** Refuses what holds nothing by name. Errors: `ValueError`. */
export function checkDictionary(op: string, dictionary: unknown, mend: string): asserts dictionary is object {
  if (typeof dictionary === 'object' && dictionary !== null) return;
  throw new ValueError({
    op,
    what: `the dictionary is ${dictionary === null ? 'null' : typeof dictionary}`,
    rule: 'a state dictionary is a plain object of tensors by their path',
    mend,
  });
}

/** Refuses a dictionary of which there is something to say. Errors: `ValueError` with all of the lists. */
export function checkComplaints(
  op: string,
  owner: string,
  complaints: { readonly [kind: string]: readonly string[] },
  mend: string,
): void {
  const lists = Object.entries(complaints).filter(([, names]) => names.length > 0);
  if (lists.length === 0) return;
  throw new ValueError({
    op,
    what: `the dictionary does not fit ${owner}, and nothing was changed`,
    rule: lists.map(([kind, names]) => `${kind}: ${names.join(', ')}`).join('; '),
    mend,
  });
}

/** Writes a dictionary into what is saved under its names. Errors: see `Module.loadStateDict`. */
export function loadState(owner: string, saved: Saved, dictionary: StateDict): void {
  checkDictionary('loadStateDict', dictionary, 'Pass what stateDict() returned');
  const missing: string[] = [];
  const misshapen: string[] = [];
  const assignments: (() => void)[] = [];
  const restorations: (() => void)[] = [];
  for (const [path, target] of saved) {
    const value = dictionary[path];
    if (!Object.hasOwn(dictionary, path) || value === undefined) missing.push(path);
    else if (target instanceof Rng) {
      if (isRngState(value)) restorations.push(() => target.restore(value));
      else misshapen.push(`${path} is not the state of a generator`);
    } else {
      const problem = misfit(target, value);
      if (problem !== null) misshapen.push(`${path} is ${problem}`);
      else {
        const copy = copyOf(value as Tensor);
        assignments.push(() => target.assign(copy));
      }
    }
  }
  const unexpected = Object.keys(dictionary).filter((path) => !saved.has(path));
  const mend = 'Build the module with the options of the one that was saved';
  checkComplaints('loadStateDict', owner, { missing, unexpected, misshapen }, mend);
  // A recording refuses the first assignment, before anything has changed.
  for (const write of [...assignments, ...restorations]) write();
}

/** Why a value cannot be assigned; null when it can. */
function misfit(target: Variable, value: Tensor | RngState): string | null {
  if (!(value instanceof Tensor)) return 'not a tensor';
  const describe = ({ dtype, shape }: Tensor): string => `${dtype} ${formatShape(shape)}`;
  return describe(value) === describe(target) ? null : `${describe(value)} instead of ${describe(target)}`;
}

/** Whether a generator can take it over. */
export function isRngState(value: unknown): value is RngState {
  try {
    Rng.fromState(value as RngState);
    return true;
  } catch {
    return false;
  }
}

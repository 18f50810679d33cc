/** Which scopes are the turns of one loop over time. */
import type { Scope } from '../tape/engine.js';

/** One place in a program, however often it ran: all turns of a loop, or what stands at the same place in each of them. */
export interface Place {
  readonly name: string;
}

/** A loop that ran, or a scope that is none. */
interface Run {
  readonly place: Place;
  /** How many runs of its name there were before, in the same scope. */
  readonly ordinal: number;
  /** The numbers of its turns. */
  readonly steps: (number | undefined)[];
}

/** What a scope is of the run that it belongs to. */
export interface Turn {
  readonly place: Place;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/**
 * Finds loops. Steps of one name are turns of one loop as long as their numbers follow each other, up or down; any
 * other number begins another loop. What stands at the same place in each turn of a loop is one place: the first
 * scope of a name, the second, and so on.
 */
export function findTurns(scopes: Iterable<Scope | null>): (scope: Scope) => Turn {
  const found = new Map<Scope, { readonly run: Run; readonly index: number }>();
  const newest = new Map<Scope | null, Map<string, Run>>();
  const places = new Map<Place | null, Map<string, Place>>();

  const visit = (scope: Scope): Run => {
    const known = found.get(scope);
    if (known !== undefined) return known.run;
    const { name, step, outer } = scope;
    const around = outer === null ? null : visit(outer).place;
    const siblings = innerMap(newest, outer);
    const key = `${step === undefined ? 'scope' : 'loop'} ${name}`;
    const before = siblings.get(key);
    let run = before;
    if (run === undefined || !follows(run.steps, step)) {
      const ordinal = before === undefined ? 0 : before.ordinal + 1;
      const alike = innerMap(places, around);
      const place = alike.get(`${ordinal} ${key}`) ?? { name };
      alike.set(`${ordinal} ${key}`, place);
      run = { place, ordinal, steps: [] };
      siblings.set(key, run);
    }
    found.set(scope, { run, index: run.steps.push(step) - 1 });
    return run;
  };
  for (const scope of scopes) if (scope !== null) visit(scope);

  return (scope) => {
    const { run, index } = found.get(scope) as { run: Run; index: number };
    return { place: run.place, isFirst: index === 0, isLast: index === run.steps.length - 1 };
  };
}

/** Whether `step` goes on where the steps before it lead. */
function follows(steps: readonly (number | undefined)[], step: number | undefined): boolean {
  const [before, last] = [steps.at(-2), steps.at(-1)];
  if (step === undefined || last === undefined) return false;
  return before === undefined ? Math.abs(step - last) === 1 : step - last === last - before;
}

function innerMap<K, V>(maps: Map<K, Map<string, V>>, key: K): Map<string, V> {
  const known = maps.get(key) ?? new Map<string, V>();
  maps.set(key, known);
  return known;
}

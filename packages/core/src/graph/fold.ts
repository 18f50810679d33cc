/** Folding a graph over time: which entries of different steps are one line of the program. */
import type { Scope } from '../tape/engine.js';
import { align } from './align.js';
import type { Entry } from './entries.js';
import type { Place, Turn } from './turns.js';

/**
 * For each entry the first one that it corresponds to, which may be itself.
 *
 * Operations of different steps correspond by their order inside the step, as `align` finds it. A constant, or an
 * input that only one step reads, corresponds to what the other steps read in its place.
 */
export function foldTime(entries: readonly Entry[], turnOf: (scope: Scope) => Turn): number[] {
  const firsts = entries.map((_, i) => i);
  const known = new Map<string, number>();
  const join = (entry: number, key: string): void => {
    const first = known.get(key) ?? entry;
    known.set(key, first);
    firsts[entry] = first;
  };

  for (const [p, turns] of operationsByPlace(entries, turnOf).entries()) {
    const names = align(turns.map((turn) => turn.map((i) => signatureOf(entries[i] as Entry))));
    for (const [t, turn] of turns.entries()) {
      for (const [k, entry] of turn.entries()) join(entry, `place ${p} ${names[t]?.[k]}`);
    }
  }
  for (const [entry, { by, input, step }] of firstReads(entries)) {
    if (step === null) continue;
    const { kind, dtype, shape } = entries[entry] as Entry;
    join(entry, `${kind} ${firsts[by]} ${input} ${dtype} ${shape}`);
  }
  return firsts;
}

/** What makes two operations alike. */
function signatureOf({ label, dtype, shape }: Entry): string {
  return JSON.stringify([label, dtype, shape]);
}

const isMade = ({ kind }: Entry): boolean => kind === 'operation' || kind === 'view' || kind === 'loss';

/** For each place the operations that stand directly in it, turn by turn. What stands in no scope is left out. */
function operationsByPlace(entries: readonly Entry[], turnOf: (scope: Scope) => Turn): number[][][] {
  const places = new Map<Place, Map<Scope, number[]>>();
  for (const [i, entry] of entries.entries()) {
    const { scope } = entry;
    if (scope === null || !isMade(entry)) continue;
    const { place } = turnOf(scope);
    const turns = places.get(place) ?? new Map<Scope, number[]>();
    places.set(place, turns);
    const turn = turns.get(scope) ?? [];
    turns.set(scope, turn);
    turn.push(i);
  }
  return [...places.values()].map((turns) => [...turns.values()]);
}

/** Who reads an entry first, and the step in which all of its readers stand: null where they stand in several, or one in none. */
interface FirstRead {
  readonly by: number;
  readonly input: number;
  step: Scope | null;
}

/** For each constant and input. */
function firstReads(entries: readonly Entry[]): Map<number, FirstRead> {
  const found = new Map<number, FirstRead>();
  for (const [by, { reads, scope }] of entries.entries()) {
    const step = outermostStep(scope);
    for (const [input, entry] of reads.entries()) {
      const { kind } = entries[entry] as Entry;
      if (kind !== 'constant' && kind !== 'input') continue;
      const first = found.get(entry);
      if (first === undefined) found.set(entry, { by, input, step });
      else if (first.step !== step) first.step = null;
    }
  }
  return found;
}

function outermostStep(scope: Scope | null): Scope | null {
  let step: Scope | null = null;
  for (let at = scope; at !== null; at = at.outer) if (at.step !== undefined) step = at;
  return step;
}

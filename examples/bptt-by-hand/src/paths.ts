/** A derivative taken apart into paths through the unrolled graph, each of them a product along its way. */
import { H, type Numbers, type Pass, slope } from './by-hand.js';

/** One way from a use of a weight to a unit of a later state. */
export interface Path {
  /** The step at which the weight is used. */
  readonly step: number;
  /** The units that it goes through, at this step and at each one after it. */
  readonly units: readonly number[];
  /** What it contributes to the derivative. */
  readonly value: number;
}

/**
 * All paths of which `∂h_t[to]/∂Whh[i, j]` is the sum. Whh[i, j] is used at every step k ≤ t, where it carries h_(k−1)[j]
 * to unit i; from there a path goes on through any units until it arrives:
 *
 * ```text
 * h_(k−1)[j] · f′_k[i] · Whh[u, i]·f′_(k+1)[u] · … · Whh[to, v]·f′_t[to]
 * ```
 */
export function pathsTo(
  numbers: Numbers,
  pass: Pass,
  t: number,
  to: number,
  [i, j]: readonly [number, number],
): Path[] {
  const found: Path[] = [];
  for (let step = 1; step <= t; step++) {
    let begun: Path[] = [{ step, units: [i], value: pass.h.get(step - 1, j) * slope(pass, step, i) }];
    for (let next = step + 1; next <= t; next++) begun = begun.flatMap((path) => goOn(path, numbers, pass, next));
    found.push(...begun.filter(({ units }) => units.at(-1) === to));
  }
  return found;
}

/** The path, through each of the units of the next step. */
function goOn({ step, units, value }: Path, { Whh }: Numbers, pass: Pass, next: number): Path[] {
  const last = units.at(-1) ?? 0;
  return Array.from({ length: H }, (_, unit) => ({
    step,
    units: [...units, unit],
    value: value * Whh.get(unit, last) * slope(pass, next, unit),
  }));
}

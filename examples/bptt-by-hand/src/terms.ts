/** Derivatives as sums over the steps at which a weight is used, beside what the tape says. */
import { heatMap } from '@unroll/viz';
import { D, forward, H } from './by-hand.js';
import { gradients, gradientsOfCopies, stateDerivatives } from './by-tape.js';
import { LETTERS, type Network } from './network.js';
import { type Path, pathsTo } from './paths.js';

/** One derivative, by one entry of a matrix of weights. */
export interface Term {
  readonly name: string;
  /** What each use contributes, from the first step on. */
  readonly byStep: readonly number[];
  /** What the sum has to be. */
  readonly byTape: number;
}

export const sumOf = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** 1, 2 and 3 as they stand below a letter. */
export const low = (number: number): string => String.fromCodePoint(0x2080 + number);

/** `∂h_t[unit]/∂Whh[i, j]` for all units and entries, with all of their paths. */
export function stateTerms(network: Network, t: number): (Term & { readonly paths: readonly Path[] })[] {
  const pass = forward(network.numbers);
  const byTape = stateDerivatives(network, t).Whh;
  return byTape.flatMap((derivatives, unit) =>
    placesOf(H, H).map(([i, j]) => {
      const paths = pathsTo(network.numbers, pass, t, unit, [i, j]);
      const byStep = Array.from({ length: t }, (_, k) =>
        sumOf(paths.filter(({ step }) => step === k + 1).map(({ value }) => value)),
      );
      const name = `h${low(t)}[${unit + 1}] by W${low(i + 1)}${low(j + 1)}`;
      return { name, paths, byStep, byTape: derivatives.get(i, j) };
    }),
  );
}

/** `∂L/∂Wxh[i, j]`, by the steps at which Wxh is used, a letter after the other. */
export function sharedTerms(network: Network): Term[] {
  const copies = gradientsOfCopies(network);
  const byTape = gradients(network).Wxh;
  return placesOf(D, H).map(([j, i]) => ({
    name: `${LETTERS[j]} → unit ${i + 1}`,
    byStep: copies.map((gradient) => gradient.get(i, j)),
    byTape: byTape.get(i, j),
  }));
}

/** How far the worst sum is from what the tape says. */
export function largestGap(terms: readonly Term[]): number {
  return Math.max(...terms.map(({ byStep, byTape }) => Math.abs(sumOf(byStep) - byTape)));
}

/** A row for each use, their sum, and what the tape says. */
export function termMap(terms: readonly Term[], uses: readonly string[], title: string): string {
  const rows = [
    ...uses.map((_, k) => terms.map(({ byStep }) => byStep[k] ?? Number.NaN)),
    terms.map(({ byStep }) => sumOf(byStep)),
    terms.map(({ byTape }) => byTape),
  ];
  return heatMap(rows, { title, rows: [...uses, 'sum', 'tape'], columns: terms.map(({ name }) => name) });
}

function placesOf(rows: number, columns: number): (readonly [number, number])[] {
  return Array.from({ length: rows * columns }, (_, n) => [Math.floor(n / columns), n % columns]);
}

/** One walk as a network tells it, step by step. */
import { pick, slice, softmax } from '@unroll/core';
import type * as synthetic from '@unroll/data/synthetic';
import { heatMap } from '@unroll/viz';
import type { Teller, Told } from './learn.js';

/** How much of the first walk is drawn. */
const SHOWN = 60;

/** How probable each class is at each step, of each step the classes side by side; below 0 for classes that are wrong. */
function signedProbabilities({ alone }: Teller, told: Told, walks: synthetic.RingWalk): number[][] {
  const x = slice(slice(walks.x, 0, 0, 1), 1, 0, SHOWN);
  const rows = pick(softmax(alone(x)), 0, 0).toArray() as number[][];
  return rows.map((row, t) => row.map((p, k) => (walks[told].data[t] === k ? p : -p)));
}

/** A row a place. */
export function placesMap(teller: Teller, walks: synthetic.RingWalk): string {
  const steps = signedProbabilities(teller, 'places', walks);
  const rows = steps[0]?.map((_, place) => steps.map((row) => row[place] ?? Number.NaN)) ?? [];
  return heatMap(rows, {
    title: 'How probable each place is to the network on its own: right ones above 0, wrong ones below',
    x: 'step',
    y: 'place',
  });
}

/** A row a network: by how much the right colour is more probable than the other. */
export function coloursMap(tellers: Readonly<Record<string, Teller>>, walks: synthetic.RingWalk): string {
  const rows = Object.values(tellers).map((teller) =>
    signedProbabilities(teller, 'colours', walks).map(([first = 0, second = 0]) => first + second),
  );
  return heatMap(rows, {
    title: 'By how much the right colour is more probable than the wrong one',
    rows: Object.keys(tellers),
    x: 'step',
  });
}

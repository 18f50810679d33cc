/** `npm run example long-lags`: what is remembered over long lags (copy memory, temporal order), and what is counted (aⁿbⁿ). */
import { runExample, whole } from 'example-runner';
import { copy } from './copy.js';
import { count } from './count.js';
import { order } from './order.js';

await runExample({
  name: 'long-lags',
  title: 'Copies symbols after a long nothing, tells which of two came first long ago, and counts.',
  flags: {
    seeds: whole(3, 'trainings where the worst one counts', { quick: 1 }),
    lag: whole(50, 'steps between seeing and saying again, in copy memory', { quick: 5 }),
    copyUnits: whole(64, 'units of each cell in copy memory', { quick: 16 }),
    copyUpdates: whole(2_000, 'updates there, of 16 sequences', { quick: 3 }),
    steps: whole(50, 'length of the sequences of temporal order', { quick: 20, least: 10 }),
    orderUnits: whole(64, 'units of each cell in temporal order', { quick: 16 }),
    orderUpdates: whole(500, 'updates there, of 32 sequences', { quick: 120 }),
    strings: whole(8_000, 'strings of aⁿbⁿ, n up to 10, one in each update', { quick: 200 }),
  },
  run: ({ options, write }) => [...copy(options, write), ...order(options, write), ...count(options, write)],
});

/** `npm run example glimpses`: pictures are no sequences, and can be read as such. */
import { argmax, Rng, slice, type Tensor } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { curves, type PanelLine, panels } from '@unroll/viz';
import { above, figure, percent, runExample, whole, withSeeds } from 'example-runner';
import { accuracies, learn } from './learn.js';
import { glimpseReader, lookingReader, onceReader, type Reader, type ReaderOptions, rowReader } from './readers.js';
import { glimpseSights, lookSights, panelsOf, rowSights, type Sight } from './seen.js';
import { followsInk } from './where.js';

const flags = {
  seeds: whole(3, 'trainings of each network', { quick: 1 }),
  updates: whole(2_000, 'updates of each', { quick: 100 }),
  batch: whole(64, 'pictures for each update; none is drawn twice', { quick: 40 }),
  unseen: whole(2_000, 'other pictures, to be asked', { quick: 300 }),
  hidden: whole(64, 'units of every network'),
  lr: above(0.005, 'learning rate of Adam; it falls to 0', { quick: 0.015 }),
};

await runExample({
  name: 'glimpses',
  title: 'Reads digits row by row, in glimpses, in looks of its own choice, and all at once.',
  flags,
  run({ options: { seeds, updates, batch, unseen: count, hidden: hiddenSize, lr }, write }) {
    const unseen = synthetic.digitBitmaps({ count, rng: new Rng(0) });
    const train = <R extends Reader>(name: string, make: (options: ReaderOptions) => R) => {
      const readers = withSeeds(seeds, (seed) => {
        const rng = new Rng(seed);
        const reader = make({ hiddenSize, rng });
        learn(`${name}, seed ${seed}`, reader, { updates, size: batch, lr, rng });
        return reader;
      });
      const shares = readers.map((reader) => accuracies(reader, unseen));
      /** Of the worst seed, after this many steps. */
      const worst = (steps: number): number => Math.min(...shares.map((share) => share.at(steps - 1) ?? 0));
      return { name, reader: readers[0], readers, shares: shares[0] ?? [], worst };
    };
    const rows = train('row by row', rowReader);
    const glimpses = train('nine glimpses', glimpseReader);
    const looks = train('five looks', lookingReader);
    const once = train('all at once', onceReader);

    const steps = [rows, glimpses, looks, once].map(({ name, reader: { numbers }, shares }) => ({
      name,
      y: shares,
      x: shares.map((_, t) => numbers * (t + 1)),
    }));
    const axes = { x: 'numbers taken in (a picture has 196)', y: 'share' };
    write('steps.svg', curves(steps, { title: 'Unseen digits that are named right, step by step', ...axes }));

    const shown = hesitations(looks.reader, unseen, 4);
    const seen = (reader: Reader, sights: (picture: Tensor) => readonly Sight[]): PanelLine[] =>
      shown.map((n) => {
        const picture = slice(unseen.x, 0, n, n + 1);
        return { name: `digit ${unseen.y.data[n]}`, panels: panelsOf(reader, picture, sights(picture)) };
      });
    const title = 'What has been seen so far, and what it is taken for';
    const everySecond = (line: PanelLine): PanelLine => ({
      ...line,
      panels: line.panels.filter((_, t) => t % 2 === 1),
    });
    write('rows.svg', panels(seen(rows.reader, rowSights).map(everySecond), { title }));
    write('glimpses.svg', panels(seen(glimpses.reader, glimpseSights), { title }));
    write(
      'looks.svg',
      panels(
        seen(looks.reader, (picture) => lookSights(looks.reader.cell, picture)),
        { title },
      ),
    );

    const follows = looks.readers.map(({ cell }) => followsInk(cell, unseen.x));
    const promise = { atLeast: 0.97, quick: 0.45, format: percent };
    return [
      figure('row by row (14 steps of 14 numbers)', rows.worst(14), promise),
      figure('in nine glimpses (of 6 by 6)', glimpses.worst(9), promise),
      figure('in five looks of its own choice (of 5 by 5)', looks.worst(5), { ...promise, quick: 0.75 }),
      figure('the same after the second look', looks.worst(2), { format: percent }),
      figure('place of the second look and of the ink: correlation across', Math.min(...follows.map((f) => f.across))),
      figure('the same, down', Math.min(...follows.map((f) => f.down))),
      figure('row by row, half of the rows', rows.worst(7), { format: percent }),
      figure('all at once, a feed-forward network', once.worst(1), { format: percent }),
      figure('the nearest mean picture', synthetic.DIGIT_BITMAPS_BASELINE, { format: percent }),
    ];
  },
});

/** Pictures that are taken for something else at first and named right in the end, of different digits. */
function hesitations({ read }: Reader, { x, y }: synthetic.DigitBitmaps, count: number): number[] {
  const said = argmax(read(x)).toArray() as number[][];
  const found = new Map<number, number>();
  said.forEach((digits, n) => {
    const digit = y.data[n] ?? 0;
    if (digits[1] !== digit && digits.at(-1) === digit && !found.has(digit)) found.set(digit, n);
  });
  return [...found.values()].slice(0, count);
}

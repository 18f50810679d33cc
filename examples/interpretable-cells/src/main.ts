/** `npm run example interpretable-cells`: units of a character model that keep track of lines, quotes, brackets, comments. */
import { curves } from '@unroll/viz';
import { defaults } from 'example-char-lm';
import { readCorpus } from 'example-char-lm/text-file';
import { above, figure, runExample, text, whole } from 'example-runner';
import { type Learnt, type Look, learn } from './learn.js';
import { passagesOf } from './passages.js';
import { PROPERTIES, type Property } from './properties.js';
import { pictureOf, readBeginning, reportOf } from './report.js';

const flags = {
  text: text(null, "text to learn (else the TypeScript compiler's lib.dom.d.ts)", 'FILE'),
  seeds: whole(3, 'trainings', { quick: 1 }),
  windows: whole(2_000, 'updates', { quick: 40 }),
  hidden: whole(128, 'units of the LSTM', { quick: 32 }),
  batch: whole(8, 'places of the text that are read side by side'),
  lr: above(0.002, 'learning rate of RMSprop'),
  passages: whole(60, 'passages that units are chosen and judged by', { quick: 10, least: 2 }),
};

/** What is promised of the best unit for a property, and of all units. */
interface Promised {
  readonly unit?: number;
  readonly together?: number;
}

/** Correlations on the default text in the worst of three trainings, above what the best model has before it. */
const PROMISED: Readonly<Record<Property, Promised>> = {
  'line position': { unit: 0.6, together: 0.75 },
  indentation: {},
  quotes: { together: 0.65 },
  brackets: { unit: 0.4, together: 0.75 },
  comments: { unit: 0.6, together: 0.9 },
};

await runExample({
  name: 'interpretable-cells',
  title:
    'Trains a character model, and finds units that keep track of lines, indentation, quotes, brackets and comments.',
  flags,
  async run({ options: { seeds, passages: count, ...given }, write }) {
    const corpus = readCorpus(given.text, { ...defaults, ...given });
    const passages = passagesOf(corpus, count);
    const learnt: Learnt[] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      learnt.push(await learn(corpus, passages, { ...defaults, ...given, seed }));
    }

    const lines = PROPERTIES.flatMap((name, p) =>
      learnt.map(({ looks }) => ({
        name,
        x: looks.map(({ windows }) => windows),
        y: looks.map((look) => sizeOf(look, p)),
      })),
    );
    const title = 'How well the best unit keeps track';
    write('best-units.svg', curves(lines, { title, x: 'updates', y: 'size of the correlation' }));
    for (const { model, looks } of learnt.slice(0, 1)) {
      const beginning = readBeginning(model, corpus);
      write('report.html', reportOf(model, beginning, passages[1]));
      for (const [p, { unit, correlation }] of looks.at(-1)?.trackers.entries() ?? []) {
        write(
          `${PROPERTIES[p]?.replace(' ', '-')}.svg`,
          pictureOf(beginning, PROPERTIES[p] ?? '', { unit, correlation }),
        );
      }
    }

    const format = (size: number): string => size.toFixed(2);
    const figures = [
      figure('held-out text: bits per character, worst seed', Math.max(...learnt.map(({ bits }) => bits)), {
        ...(given.text === null && { atMost: 2.8, quick: 5.6 }),
        format,
      }),
    ];
    for (const [p, property] of PROPERTIES.entries()) {
      const unit = (at: number): number[] => learnt.map(({ looks }) => sizeOf(looks.at(at), p));
      const together = (when: 'trained' | 'untrained'): number[] => learnt.map((each) => Math.abs(each[when][p] ?? 0));
      const promised: Promised = given.text === null ? PROMISED[property] : {};
      const atLeast = (bound: number | undefined) => ({ format, ...(bound !== undefined && { atLeast: bound }) });
      figures.push(
        figure(`${property}: best unit, worst seed`, Math.min(...unit(-1)), atLeast(promised.unit)),
        figure(`${property}: best unit before training, best seed`, Math.max(...unit(0)), { format }),
        figure(
          `${property}: all units together, worst seed`,
          Math.min(...together('trained')),
          atLeast(promised.together),
        ),
        figure(`${property}: together before training, best seed`, Math.max(...together('untrained')), { format }),
      );
    }
    return figures;
  },
});

/** A unit may as well fall where the property rises. */
function sizeOf(look: Look | undefined, property: number): number {
  return Math.abs(look?.trackers[property]?.correlation ?? 0);
}

/** Trains a model as char-lm does, and looks for units that keep track of something on the way. */
import { beginRun, type CharModel, type Corpus, evaluate, type Options, train } from 'example-char-lm';
import { track } from 'example-runner';
import type { Passages } from './passages.js';
import { type Reading, readout } from './readout.js';
import { correlations, nameOf, traceUnits } from './units.js';

/** The unit that keeps track of a property best. */
export interface Tracker {
  readonly unit: string;
  /** On passages that it was not chosen by. */
  readonly correlation: number;
}

/** The best unit for each property, in their order, after so many windows. */
export interface Look {
  readonly windows: number;
  readonly trackers: readonly Tracker[];
}

/** What all units know of each property together, as a correlation. */
type Together = readonly number[];

export interface Learnt {
  readonly model: CharModel;
  /** From before the first window to after the last. */
  readonly looks: readonly Look[];
  readonly untrained: Together;
  readonly trained: Together;
  /** Bits per character of the held-out text. */
  readonly bits: number;
}

/** Looks at a training, the beginning aside. */
const LOOKS = 8;

/** Trains on a corpus; units are chosen by the first passages, and judged by the second. */
export async function learn(
  corpus: Corpus,
  [first, second]: readonly [Passages, Passages],
  options: Options,
): Promise<Learnt> {
  const { training } = beginRun(options, corpus);
  const { model, curve } = training;
  const read = (passages: Passages): Reading => {
    return { units: traceUnits(model, passages), properties: passages.properties };
  };
  const look = (): Look => ({ windows: training.windows, trackers: bestUnits(read(first), read(second)) });

  const looks = [look()];
  const untrained = readout(read(first), read(second));
  const bar = track(`seed ${options.seed}`, LOOKS);
  const hooks = { show: () => {}, signal: { aborted: false }, save: () => {}, turn: async () => {} };
  for (const i of bar) {
    const windows = Math.round((options.windows * (i + 1)) / LOOKS);
    await train(training, corpus, { ...options, windows }, hooks);
    looks.push(look());
    bar.note(`${curve.training.at(-1)?.toFixed(3)} bits/char`);
  }
  const { bits } = evaluate(model, corpus.validation, options.stepsPerWindow);
  return { model, looks, untrained, trained: readout(read(first), read(second)), bits };
}

/** Chooses the unit of highest correlation for each property by one reading, and judges it by another. */
function bestUnits(chosenBy: Reading, judgedBy: Reading): Tracker[] {
  const [chosen, judged] = [chosenBy, judgedBy].map(({ units, properties }) => {
    return correlations(properties, units).toArray() as number[][];
  }) as [number[][], number[][]];
  return chosen.map((row, p) => {
    const sizes = row.map(Math.abs);
    const best = sizes.indexOf(Math.max(...sizes));
    return { unit: nameOf(best, row.length), correlation: judged[p]?.[best] ?? 0 };
  });
}

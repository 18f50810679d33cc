/** `npm run example addition`: a network that has only seen examples adds numbers of up to three digits. */
import { Rng } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { type Curve, curves } from '@unroll/viz';
import { above, figure, percent, runExample, whole, withSeeds } from 'example-runner';
import { Adder } from './adder.js';
import { carries } from './carries.js';
import { FeedForward } from './feed-forward.js';
import { drawInfluence } from './influence.js';
import { answers, characters, learn, type Marks } from './learn.js';

const flags = {
  seeds: whole(3, 'trainings', { quick: 1 }),
  sums: whole(45_000, 'sums to learn from', { quick: 12_000 }),
  unseen: whole(5_000, 'other sums, asked after each pass', { quick: 200 }),
  passes: whole(8, 'how often each sum is shown', { quick: 2 }),
  hidden: whole(128, 'units of every network', { quick: 64 }),
  batch: whole(32, 'sums of an update', { quick: 64 }),
  lr: above(0.004, 'learning rate of Adam; it falls to 0', { quick: 0.02 }),
};

await runExample({
  name: 'addition',
  title: 'Adds numbers of up to three digits, character by character.',
  flags,
  run({ options: { seeds, sums, unseen, hidden: hiddenSize, ...options }, write }) {
    const draw = (reverse: boolean): synthetic.DigitSums =>
      synthetic.digitSums({ count: sums + unseen, distinct: true, reverse, rng: new Rng(0) });
    const [backwards, forwards] = [draw(true), draw(false)]; // the same sums
    const { vocabulary } = backwards;
    const setting = { ...options, unseen };
    const adder = (rng: Rng): Adder => new Adder({ vocabulary, hiddenSize, rng });
    const flat = { vocabularySize: vocabulary.size, reads: 7, writes: 4, hiddenSize };

    const runs = withSeeds(seeds, (seed) => learn(`read backwards, seed ${seed}`, adder, backwards, setting, seed));
    const ahead = learn('read forwards', adder, forwards, setting, 1);
    const still = learn('feed-forward', (rng) => new FeedForward({ ...flat, rng }), backwards, setting, 1);

    const line = (name: string, history: readonly Marks[], measure: (marks: Marks) => number): Curve => {
      return { name, x: history.map((_, i) => (i + 1) * sums), y: history.map(measure) };
    };
    const axes = { x: 'sums shown', y: 'share' };
    write(
      'learning.svg',
      curves(
        [
          ...runs.map(({ history }) => line('read backwards', history, answers)),
          line('read forwards', ahead.history, answers),
          line('feed-forward', still.history, answers),
        ],
        { title: 'Unseen sums that are right', ...axes },
      ),
    );
    const [first] = runs;
    const carried = forwards.questions.slice(sums).map((question) => carries(...readNumbers(question)));
    const withCarries = (count: number) => (marks: Marks) => answers(marks.filter((_, n) => carried[n] === count));
    write(
      'carries.svg',
      curves(
        ['none', 'one', 'two', 'three'].map((name, count) => line(name, first.history, withCarries(count))),
        { title: 'The same by how often something is carried, first seed', ...axes },
      ),
    );
    write('influence.svg', drawInfluence(first.learner, vocabulary));

    const last = ({ history }: { readonly history: readonly Marks[] }): Marks => history.at(-1) ?? [];
    const worst = (measure: (marks: Marks) => number): number => Math.min(...runs.map((run) => measure(last(run))));
    const until = ({ history }: { readonly history: readonly Marks[] }): number => {
      const pass = history.findIndex((marks) => characters(marks) >= 0.99);
      return pass < 0 ? Number.POSITIVE_INFINITY : (pass + 1) * sums;
    };
    return [
      figure('characters right, worst seed', worst(characters), {
        atLeast: 0.99,
        quick: 0.55,
        format: percent,
        published: '99 % after 100 passes over 50,000',
        source: 'Keras, addition_rnn.py',
      }),
      figure('whole answers right, worst seed', worst(answers), { format: percent }),
      figure('sums shown until 99 % of the characters are right, worst seed', Math.max(...runs.map(until))),
      figure('read forwards: characters right', characters(last(ahead)), { format: percent }),
      figure('read forwards: whole answers right', answers(last(ahead)), { format: percent }),
      figure('feed-forward: characters right', characters(last(still)), { format: percent }),
      figure('feed-forward: whole answers right', answers(last(still)), { format: percent }),
      figure('always the same answer: characters right', synthetic.DIGIT_SUMS_BASELINE, { format: percent }),
    ];
  },
});

/** `12+345` is 12 and 345. */
function readNumbers(question: string): [number, number] {
  const [a = 0, b = 0] = question.split('+').map(Number);
  return [a, b];
}

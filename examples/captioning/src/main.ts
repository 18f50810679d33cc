/** `npm run example captioning`: one scene to many words, with and without an attention over places. */
import { Rng, type TensorTree } from '@unroll/core';
import { SCENES_BASELINE, scenes } from '@unroll/data/synthetic';
import { curves } from '@unroll/viz';
import { above, figure, percent, runExample, whole, withSeeds } from 'example-runner';
import { looksAt, weightOfNamed } from './attention.js';
import { type Captioner, type CaptionerOptions, withAttention, withoutAttention } from './captioner.js';
import { bitsPerWord, describe, exactMatches, learn, MOST } from './learn.js';
import { scenePicture } from './scene-picture.js';

const flags = {
  seeds: whole(3, 'trainings of each network', { quick: 1 }),
  updates: whole(1_600, 'updates of each', { quick: 60 }),
  batch: whole(32, 'scenes of an update'),
  hidden: whole(64, 'units of the decoder, an even number', { least: 2 }),
  lr: above(0.01, 'learning rate of Adam at the beginning'),
  unseen: whole(200, 'scenes of each number of shapes to try it on', { quick: 20 }),
  scene: whole(164, 'seed of the scene that is drawn'),
};

/** Numbers of shapes that are tried; scenes of more than `MOST` were never learnt from. */
const COUNTS = [1, 2, 3, 4, 5, 6, 7, 8];

/** A network, and for each of {@link COUNTS} the share of its captions that are right. */
interface Trained<Model> {
  readonly model: Model;
  readonly shares: readonly number[];
}

await runExample({
  name: 'captioning',
  title: 'Describes scenes of coloured shapes in words, from one vector and with an attention over places.',
  flags,
  run({ options: { seeds, updates, batch, hidden, lr, unseen, scene }, write }) {
    const trials = COUNTS.map((shapes) => {
      return scenes({ count: unseen, fewest: shapes, most: shapes, distinct: true, rng: new Rng(1_000 + shapes) });
    });
    const drawn = scenes({ count: 1, fewest: 5, most: 5, rng: new Rng(scene) });
    const { size: vocabularySize } = drawn.captions.vocabulary;
    const train = <Model extends Captioner<TensorTree>>(
      name: string,
      makeModel: (options: CaptionerOptions) => Model,
    ): readonly [Trained<Model>, ...Trained<Model>[]] =>
      withSeeds(seeds, (seed) => {
        const rng = new Rng(seed);
        const model = makeModel({ vocabularySize, hiddenSize: hidden, rng });
        learn(`${name}, seed ${seed}`, model, { updates, batch, lr, rng });
        return { model, shares: trials.map((trial) => exactMatches(model, trial)) };
      });
    const looking = train('with attention', withAttention);
    const blind = train('without', withoutAttention);

    const [[said], [guessed]] = [describe(looking[0].model, drawn), describe(blind[0].model, drawn)];
    console.log(`\nscene           ${drawn.captions.texts[0]}\nwith attention  ${said}\nwithout         ${guessed}`);
    write('attention.svg', scenePicture(looking[0].model, drawn));
    write(
      'shapes.svg',
      curves(
        [
          ...looking.map(({ shares }) => ({ name: 'with attention', x: COUNTS, y: shares })),
          ...blind.map(({ shares }) => ({ name: 'without', x: COUNTS, y: shares })),
        ],
        {
          title: 'Captions that are right word for word',
          x: `shapes in the scene; at most ${MOST} were learnt from`,
          y: 'share',
        },
      ),
    );

    /** Of each training, the share of captions that are right in scenes of so many shapes. */
    const right = (trained: readonly Trained<unknown>[], fewest: number, most: number): number[] =>
      trained.map(({ shares }) => mean(shares.slice(fewest - 1, most)));
    const [all, many] = [right(looking, 1, MOST), right(looking, 4, MOST)];
    const [blindAll, blindMany] = [right(blind, 1, MOST), right(blind, 4, MOST)];
    const bits = looking.map(({ model }) => mean(trials.slice(0, MOST).map((trial) => bitsPerWord(model, trial))));
    const weights = looking.flatMap(({ model }) =>
      trials.slice(0, MOST).map((trial) => weightOfNamed(looksAt(model, trial), trial)),
    );
    return [
      figure('with attention: captions right, worst seed', Math.min(...all), { atLeast: 0.95, format: percent }),
      figure('without: captions right, best seed', Math.max(...blindAll), { format: percent }),
      figure('at most, without knowing where things are', SCENES_BASELINE, { format: percent }),
      figure('four shapes and more, with attention: worst seed', Math.min(...many), { format: percent }),
      figure('four shapes and more, without: best seed', Math.max(...blindMany), { format: percent }),
      figure('points between these two', 100 * (Math.min(...many) - Math.max(...blindMany)), { atLeast: 10 }),
      figure('mean weight of a shape while its colour and its shape are named', mean(weights), { format: percent }),
      figure('with attention: bits per word of unseen captions, worst seed', Math.max(...bits), {
        atMost: 0.05,
        quick: 2,
      }),
    ];
  },
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

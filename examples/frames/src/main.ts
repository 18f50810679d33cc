/** `npm run example frames`: video and speech, labelled frame by frame. */
import { Rng } from '@unroll/core';
import { MOVING_SHAPES_BASELINE, TONES_BASELINES, tones } from '@unroll/data/synthetic';
import { curves } from '@unroll/viz';
import { above, figure, percent, runExample, whole, withSeeds } from 'example-runner';
import { clipPicture, learnClips, unseenClips } from './clips.js';
import { learnSounds, soundPicture } from './sounds.js';

const flags = {
  seeds: whole(3, 'trainings of each network', { quick: 1 }),
  updates: whole(800, 'updates of each on clips', { quick: 40 }),
  steps: whole(8, 'frames of a clip', { least: 2 }),
  soundUpdates: whole(800, 'updates of each on sounds', { quick: 60 }),
  batch: whole(32, 'clips or recordings of an update'),
  hidden: whole(64, 'units of a network'),
  lr: above(0.005, 'learning rate of Adam at the beginning'),
  unseen: whole(1_000, 'clips and recordings to try it on', { quick: 100 }),
};

await runExample({
  name: 'frames',
  title: 'Says of clips what each frame shows and where it goes, and of recordings which sound each frame belongs to.',
  flags,
  run({ options: { seeds, updates, steps, soundUpdates, batch, hidden, lr, unseen }, write }) {
    const clips = unseenClips(unseen, steps);
    const ofClips = (name: string, remembers: boolean) =>
      withSeeds(seeds, (seed) => learnClips(name, remembers, seed, { updates, steps, batch, hidden, lr }, clips));
    const [moving, still] = [ofClips('clips, LSTM', true), ofClips('clips, still frames', false)];
    write('clips.svg', clipPicture(moving[0].network, clips));
    write(
      'direction.svg',
      curves(
        [
          ...moving.map(({ directions }) => ({ name: 'LSTM', y: directions })),
          ...still.map(({ directions }) => ({ name: 'each frame by itself', y: directions })),
        ],
        { title: 'Unseen clips whose direction is right', x: 'frames seen', y: 'share' },
      ),
    );

    const recordings = tones({ count: unseen, rng: new Rng(2_000) });
    const ofSounds = (name: string, remembers: boolean) =>
      withSeeds(seeds, (seed) =>
        learnSounds(name, remembers, seed, { updates: soundUpdates, batch, hidden, lr }, recordings),
      );
    const [heard, single] = [ofSounds('sounds, BiLSTM', true), ofSounds('sounds, single frames', false)];
    write('sounds.svg', soundPicture(heard[0].network, recordings));

    const least = (values: readonly number[]): number => Math.min(...values);
    const most = (values: readonly number[]): number => Math.max(...values);
    const ends = (results: typeof moving): number[] => results.map(({ directions }) => directions.at(-1) ?? 0);
    return [
      figure('clips: frames whose shape is right, worst seed', least(moving.map(({ shapes }) => shapes)), {
        atLeast: 0.98,
        quick: 0.5,
        format: percent,
      }),
      figure('clips: direction right after the last frame, worst seed', least(ends(moving)), {
        atLeast: 0.98,
        format: percent,
      }),
      figure(
        'clips played backwards: the opposite direction, worst seed',
        least(moving.map(({ backwards }) => backwards)),
        { format: percent },
      ),
      figure('still frames: shape right, best seed', most(still.map(({ shapes }) => shapes)), { format: percent }),
      figure(
        `still frames: direction right, best seed; chance is ${percent(MOVING_SHAPES_BASELINE)}`,
        most(ends(still)),
        {
          atMost: 0.3,
          quick: 0.45,
          format: percent,
        },
      ),
      figure('sounds: frames right, worst seed', least(heard.map(({ right }) => right)), {
        atLeast: 0.97,
        quick: 0.2,
        format: percent,
      }),
      figure('sounds: frames right, each by itself, best seed', most(single.map(({ right }) => right)), {
        format: percent,
      }),
      figure('sounds: the nearest mean spectrum of a sound', TONES_BASELINES.frame, { format: percent }),
    ];
  },
});

/** `npm run example output-feedback`: a network whose only recurrence is what it says. */
import '@unroll/kernels/reference'; // float64
import { Rng } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { curves } from '@unroll/viz';
import { figure, percent, runExample, whole } from 'example-runner';
import { learn, type MakeTeller, rightAt, scoresBack, stateBack, type Told, wordBack } from './learn.js';
import { coloursMap, placesMap } from './pictures.js';
import { gradientGap, milliseconds, timesAsFast, WAYS } from './two-ways.js';

const flags = {
  seeds: whole(3, 'trainings of each network', { quick: 1 }),
  hidden: whole(32, 'hidden units'),
  taught: whole(300, 'updates with a teacher'),
  alone: whole(1_000, 'updates without one', { quick: 20 }),
  repetitions: whole(40, 'how often each time is measured', { quick: 2 }),
};

/** Lengths at which times are measured. */
const LENGTHS = [16, 32, 64, 128, 256];
const tiny = (value: number): string => value.toExponential(1);
const times = (value: number): string => `${value.toFixed(1)} times`;

await runExample({
  name: 'output-feedback',
  title: 'Recurrence through the output alone: all steps are trained at once, and some things cannot be learned.',
  flags,
  run({ options: { seeds, hidden, taught, alone, repetitions }, write }) {
    const measured = LENGTHS.map((steps) => milliseconds(1, steps, repetitions));
    const lines = WAYS.map((name) => ({ name, x: LENGTHS, y: measured.map((time) => time[name]) }));
    write('times.svg', curves(lines, { title: 'Loss and gradients of one sequence', x: 'steps', y: 'milliseconds' }));

    // Ten times as long as the walks of the training.
    const walks = synthetic.ringWalk({ count: 200, steps: 200, rng: new Rng(1_000) });
    const train = (name: string, make: MakeTeller, told: Told, updates: number) =>
      Array.from({ length: seeds }, (_, i) => {
        const rng = new Rng(i + 1);
        const teller = make(told, hidden, rng);
        learn(`${told}, ${name}`, teller, told, updates, rng);
        const right = rightAt(teller, told, walks);
        return { name, teller, right, accuracy: right.reduce((sum, share) => sum + share, 0) / right.length };
      });
    const placesByWord = train('word back', wordBack, 'places', taught);
    const placesByState = train('state back', stateBack, 'places', alone);
    const coloursByWord = train('word back', wordBack, 'colours', taught);
    const coloursByState = train('state back', stateBack, 'colours', alone);
    const coloursByScores = train('scores back', scoresBack, 'colours', alone);

    for (const { teller } of placesByWord.slice(0, 1)) write('places.svg', placesMap(teller, walks));
    const firsts = [coloursByWord, coloursByState, coloursByScores].flatMap((trainings) => trainings.slice(0, 1));
    const tellers = Object.fromEntries(firsts.map(({ name, teller }) => [name, teller]));
    write('colours.svg', coloursMap(tellers, walks));
    const rightLines = [...placesByWord, ...placesByState].map(({ name, right }) => ({ name, y: right }));
    write('alone.svg', curves(rightLines, { title: 'Places told right, on its own', x: 'step', y: 'share' }));

    const speedOf = (batch: number): number => timesAsFast(milliseconds(batch, 128, repetitions));
    const accuracies = (trainings: typeof placesByWord): number[] => trainings.map(({ accuracy }) => accuracy);
    const worst = (trainings: typeof placesByWord): number => Math.min(...accuracies(trainings));
    const best = (trainings: typeof placesByWord): number => Math.max(...accuracies(trainings));
    return [
      figure('gradients, all at once against step by step: float64', gradientGap(4, 20, 'float64'), {
        atMost: 1e-12,
        quick: 1e-12,
        format: tiny,
      }),
      figure('the same: float32', gradientGap(4, 20, 'float32'), { atMost: 1e-6, quick: 1e-6, format: tiny }),
      figure('speed of all at once: 1 sequence of 128 steps', speedOf(1), { atLeast: 1.5, format: times }),
      figure('speed of all at once: 16 sequences of 128 steps', speedOf(16), { format: times }),
      figure('places told right, word back, worst seed', worst(placesByWord), {
        atLeast: 0.99,
        quick: 0.9,
        format: percent,
      }),
      figure('places told right, state back, best seed', best(placesByState), { format: percent }),
      figure('colours told right, word back, best seed', best(coloursByWord), { atMost: 0.55, format: percent }),
      figure('colours told right, state back, worst seed', worst(coloursByState), { atLeast: 0.99, format: percent }),
      figure('colours told right, scores back, worst seed', worst(coloursByScores), { format: percent }),
    ];
  },
});

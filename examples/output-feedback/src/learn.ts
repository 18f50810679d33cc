/** What comes back decides what can be learned: what was said, or a state. */
import { argmax, cast, equal, mean, oneHot, type Parameter, type Rng, Tape, type Tensor } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { crossEntropy, Linear, OutputFeedbackCell, RNNCell, unroll } from '@unroll/nn';
import { Adam, clipGradNorm } from '@unroll/optim';
import { track } from 'example-runner';

/** What is to be said of a walk: which of eight places it has reached, or which of two colours. */
export type Told = 'places' | 'colours';
const CLASSES = { places: synthetic.RING_PLACES, colours: 2 };

/** Walks of one update, and their length. */
const BATCH = 32;
const STEPS = 20;

/** Scores of all classes at all steps, in training and where nobody knows the targets. */
export interface Teller {
  readonly parameters: readonly Parameter[];
  readonly taught: (x: Tensor, targets: Tensor) => Tensor;
  readonly alone: (x: Tensor) => Tensor;
}

/** Makes a network that tells places, or colours. */
export type MakeTeller = (told: Told, hiddenSize: number, rng: Rng) => Teller;

/** What it said comes back: the most probable class, one-hot as the targets that it is taught with. */
export const wordBack: MakeTeller = (told, hiddenSize, rng) => {
  const outputSize = CLASSES[told];
  const feedback = (scores: Tensor): Tensor => oneHot(argmax(scores), outputSize);
  const cell = new OutputFeedbackCell({ inputSize: 2, hiddenSize, outputSize, feedback, rng });
  return {
    parameters: cell.parameters(),
    taught: (x, targets) => cell.teacherForced(x, targets),
    alone: (x) => unroll(cell, x).outputs,
  };
};

/** All scores come back as they are. No target looks like them, so there is no teacher. */
export const scoresBack: MakeTeller = (told, hiddenSize, rng) => {
  const cell = new OutputFeedbackCell({ inputSize: 2, hiddenSize, outputSize: CLASSES[told], rng });
  const alone = (x: Tensor): Tensor => unroll(cell, x).outputs;
  return { parameters: cell.parameters(), taught: alone, alone };
};

/** The hidden state comes back. */
export const stateBack: MakeTeller = (told, hiddenSize, rng) => {
  const cell = new RNNCell({ inputSize: 2, hiddenSize, rng });
  const head = new Linear({ inputSize: hiddenSize, outputSize: CLASSES[told], rng });
  const alone = (x: Tensor): Tensor => head.forward(unroll(cell, x).outputs);
  return { parameters: [...cell.parameters(), ...head.parameters()], taught: alone, alone };
};

/** Trains on walks of 20 steps, new ones at each update. */
export function learn(label: string, { parameters, taught }: Teller, told: Told, updates: number, rng: Rng): void {
  const optimizer = new Adam(parameters, { lr: 0.005 });
  const tape = new Tape();
  const bar = track(label, updates);
  for (const _ of bar) {
    const { x, [told]: targets } = synthetic.ringWalk({ count: BATCH, steps: STEPS, rng });
    const loss = tape.record(() => crossEntropy(taught(x, targets), targets));
    optimizer.zeroGrad();
    tape.backward(loss);
    clipGradNorm(parameters, 1);
    optimizer.step();
    bar.note(`loss ${loss.item().toFixed(3)}`);
  }
}

/** Of each step the share of walks in which what is said is right. */
export function rightAt({ alone }: Teller, told: Told, walks: synthetic.RingWalk): number[] {
  const right = cast(equal(argmax(alone(walks.x)), walks[told]), 'float32');
  return [...mean(right, 0).data];
}

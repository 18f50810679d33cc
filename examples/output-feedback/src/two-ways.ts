/** The two ways through a network whose output comes back: step by step, and all steps at once. */

import { type DataType, pick, Rng, randn, stack, Tape, type Tensor } from '@unroll/core';
import { mse, OutputFeedbackCell, unroll } from '@unroll/nn';

/** A cell, what it reads and what it should say. */
export interface Setting {
  readonly cell: OutputFeedbackCell;
  readonly x: Tensor;
  readonly targets: Tensor;
}

/** Shapes: x `[batch, steps, 16]`, targets `[batch, steps, 8]`; 64 hidden units. */
export function setting(batch: number, steps: number, dtype: DataType): Setting {
  const rng = new Rng(1);
  return {
    cell: new OutputFeedbackCell({ inputSize: 16, hiddenSize: 64, outputSize: 8, rng, dtype }),
    x: randn([batch, steps, 16], { rng, dtype }),
    targets: randn([batch, steps, 8], { rng, dtype }),
  };
}

/** The ways to a loss. */
const ways = {
  /** Each step waits for its turn, and sees the target before it. */
  'step by step': ({ cell, x, targets }: Setting): Tensor => {
    let state = cell.initialState(x.shape[0] ?? 0);
    const outputs = Array.from({ length: x.shape[1] ?? 0 }, (_, t) => {
      const { output } = cell.step(pick(x, 1, t), state);
      state = { y: pick(targets, 1, t) };
      return output;
    });
    return mse(stack(outputs, 1), targets);
  },
  /** What each step sees is known before anything is computed. */
  'all at once': ({ cell, x, targets }: Setting): Tensor => mse(cell.teacherForced(x, targets), targets),
  /** Without a teacher: each step sees what the one before it said. */
  'without a teacher': ({ cell, x, targets }: Setting): Tensor => mse(unroll(cell, x).outputs, targets),
} as const;

/** The name of a way. */
export type Way = keyof typeof ways;
export const WAYS: readonly Way[] = Object.keys(ways) as Way[];

/** How far the gradients of the two ways with a teacher are apart, in the entry where they differ most. */
export function gradientGap(batch: number, steps: number, dtype: DataType): number {
  const given = setting(batch, steps, dtype);
  const gradientsBy = (way: Way): number[] => {
    const tape = new Tape();
    const loss = tape.record(() => ways[way](given));
    return tape.gradient(loss, given.cell.parameters()).flatMap(({ data }) => [...data]);
  };
  const [one, other] = [gradientsBy('step by step'), gradientsBy('all at once')];
  return Math.max(...one.map((value, i) => Math.abs(value - (other[i] ?? Number.NaN))));
}

/** Milliseconds of a loss and its gradients, of each way the least of so many: what else a machine does only adds. */
export function milliseconds(batch: number, steps: number, repetitions: number): Readonly<Record<Way, number>> {
  const given = setting(batch, steps, 'float32');
  const tape = new Tape();
  const once = (way: Way): number => {
    const begin = performance.now();
    tape.backward(tape.record(() => ways[way](given)));
    return performance.now() - begin;
  };
  const rounds = Array.from({ length: repetitions }, () => WAYS.map(once));
  const least = WAYS.map((way, i) => [way, Math.min(...rounds.map((round) => round[i] ?? Number.NaN))]);
  return Object.fromEntries(least) as Record<Way, number>;
}

/** How many times as fast as the faster one of the others all steps at once are. */
export function timesAsFast(time: Readonly<Record<Way, number>>): number {
  return Math.min(time['step by step'], time['without a teacher']) / time['all at once'];
}

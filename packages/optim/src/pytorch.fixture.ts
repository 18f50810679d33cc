/** What PyTorch answers; `fixtures/pytorch.py` made it. */
import { readFileSync } from 'node:fs';
import type { ReduceOnPlateauOptions } from './index.js';

interface Fixture {
  /** Steps of a rule on the problem of `trace.fixture.ts`. */
  readonly steps: readonly {
    readonly rule: 'SGD' | 'RMSprop' | 'Adagrad' | 'Adam' | 'AdamW';
    readonly options: object;
    readonly trace: readonly number[][];
  }[];
  /** The same with the four numbers in several parameters, each a group. */
  readonly groups: readonly {
    readonly rule: 'SGD' | 'Adam' | 'AdamW';
    readonly groups: readonly { readonly at: readonly number[] }[];
    readonly options: object;
    readonly trace: readonly number[][];
  }[];
  readonly clipGradNorm: readonly {
    readonly gradients: readonly number[][];
    readonly maxNorm: number;
    readonly norm: number;
    readonly clipped: readonly number[][];
  }[];
  /** Learning rates from step 0 on. */
  readonly schedules: Readonly<
    Record<
      'stepDecay' | 'exponentialDecay' | 'cosineDecay' | 'cosineDecayRestarted' | 'warmup' | 'warmupCosineDecay',
      readonly number[]
    >
  >;
  readonly reduceOnPlateau: readonly {
    readonly options: ReduceOnPlateauOptions;
    readonly measures: readonly number[];
    /** After each measure. */
    readonly values: readonly number[];
  }[];
}

const file = readFileSync(new URL('../fixtures/pytorch.json', import.meta.url), 'utf8');
export const fixture: Fixture = JSON.parse(file) as Fixture;

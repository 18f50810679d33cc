/** What a training can be told, in one table. */
import { above, type Flag, oneOf, share, text, toggle, whole, withDefaults } from 'example-runner/flags';

export type CellKind = 'rnn' | 'lstm' | 'gru';

export interface Options {
  /** Null: the declarations of the DOM that the TypeScript compiler brings. */
  readonly text: string | null;
  readonly cell: CellKind;
  readonly layers: number;
  readonly hidden: number;
  readonly batch: number;
  readonly stepsPerWindow: number;
  readonly windows: number;
  readonly lr: number;
  readonly clip: number;
  readonly dropout: number;
  readonly seed: number;
  readonly temperature: number;
  /** Null: a line break, so that the sample begins at the beginning of a line. */
  readonly prime: string | null;
  readonly sample: number;
  readonly evaluateEvery: number;
  readonly checkpointEvery: number;
  readonly out: string;
  /** Null: a training begins anew. */
  readonly resume: string | null;
  readonly distributed: boolean;
}

/** How each option is read, from a command line or a form, and what it is when nothing is said. */
export const flags: { readonly [Name in keyof Options]: Flag<Options[Name]> } = {
  text: text(null, "text to learn (else the TypeScript compiler's lib.dom.d.ts)", 'FILE'),
  cell: oneOf(['rnn', 'lstm', 'gru'], 'lstm', 'rnn, lstm or gru'),
  layers: whole(1, 'cells on top of each other'),
  hidden: whole(192, 'units of each cell'),
  batch: whole(32, 'places of the text that are read side by side'),
  stepsPerWindow: whole(64, 'characters between two updates, for each place'),
  windows: whole(800, 'updates in all'),
  lr: above(0.004, 'learning rate of RMSprop'),
  clip: above(5, 'largest norm of the gradient'),
  dropout: share(0, 'share of outputs that are zeroed in training'),
  seed: whole(1, 'equal seeds give equal bits', { least: 0 }),
  temperature: above(0.5, 'of the sample: below 1 safer, above 1 bolder'),
  prime: text(null, 'what the sample goes on from (else a line break)', 'TEXT'),
  sample: whole(500, 'characters to sample after training', { least: 0 }),
  evaluateEvery: whole(200, 'updates from one reading of the validation text to the next'),
  checkpointEvery: whole(100, 'updates from one checkpoint to the next'),
  out: text('runs/char-lm', 'where sample.txt, curve.svg and checkpoint.safetensors go', 'DIR'),
  resume: text(null, 'checkpoint to go on from, in its folder; what is not said stays', 'FILE'),
  distributed: toggle('shares each window among the processes that mpirun has started'),
};

export const defaults: Options = withDefaults(flags);

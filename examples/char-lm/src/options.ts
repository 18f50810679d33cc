/** What a training can be told, in one table: how each option is read, and what it is when nothing is said. */
import { UsageError } from './usage-error.js';

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
}

export const defaults: Options = {
  text: null,
  cell: 'lstm',
  layers: 1,
  hidden: 192,
  batch: 32,
  stepsPerWindow: 64,
  windows: 800,
  lr: 0.004,
  clip: 5,
  dropout: 0,
  seed: 1,
  temperature: 0.5,
  prime: null,
  sample: 500,
  evaluateEvery: 200,
  checkpointEvery: 100,
  out: 'runs/char-lm',
  resume: null,
};

interface Flag<Value> {
  readonly hint: string;
  readonly says: string;
  /** Errors: `UsageError`, which calls the option by the name that is passed as `flag`. */
  readonly read: (flag: string, given: string) => Value;
}

export const flags: { readonly [Name in keyof Options]: Flag<Options[Name]> } = {
  text: { hint: 'FILE', says: "text to learn (else the TypeScript compiler's lib.dom.d.ts)", read: word },
  cell: { hint: 'KIND', says: 'rnn, lstm or gru', read: cellKind },
  layers: { hint: 'N', says: 'cells on top of each other', read: whole(1) },
  hidden: { hint: 'N', says: 'units of each cell', read: whole(1) },
  batch: { hint: 'N', says: 'places of the text that are read side by side', read: whole(1) },
  stepsPerWindow: { hint: 'N', says: 'characters between two updates, for each place', read: whole(1) },
  windows: { hint: 'N', says: 'updates in all', read: whole(1) },
  lr: { hint: 'X', says: 'learning rate of RMSprop', read: above(0) },
  clip: { hint: 'X', says: 'largest norm of the gradient', read: above(0) },
  dropout: { hint: 'P', says: 'share of outputs that are zeroed in training', read: share },
  seed: { hint: 'N', says: 'equal seeds give equal bits', read: whole(0) },
  temperature: { hint: 'X', says: 'of the sample: below 1 safer, above 1 bolder', read: above(0) },
  prime: { hint: 'TEXT', says: 'what the sample goes on from (else a line break)', read: word },
  sample: { hint: 'N', says: 'characters to sample after training', read: whole(0) },
  evaluateEvery: { hint: 'N', says: 'updates from one reading of the validation text to the next', read: whole(1) },
  checkpointEvery: { hint: 'N', says: 'updates from one checkpoint to the next', read: whole(1) },
  out: { hint: 'DIR', says: 'where sample.txt, curve.svg and checkpoint.safetensors go', read: word },
  resume: { hint: 'FILE', says: 'checkpoint to go on from, in its folder; what is not said stays', read: word },
};

/** `stepsPerWindow` is `--steps-per-window`. */
export function flagOf(name: keyof Options): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function word(flag: string, given: string): string {
  if (given !== '') return given;
  throw new UsageError(`${flag} is empty. See --help.`);
}

function cellKind(flag: string, given: string): CellKind {
  if (given === 'rnn' || given === 'lstm' || given === 'gru') return given;
  throw new UsageError(`${flag} is "${given}", but must be rnn, lstm or gru.`);
}

function whole(least: number): (flag: string, given: string) => number {
  return (flag, given) => {
    const value = Number(given);
    if (/^\d+$/.test(given) && value >= least && Number.isSafeInteger(value)) return value;
    throw new UsageError(`${flag} is "${given}", but must be a whole number of at least ${least}.`);
  };
}

function above(bound: number): (flag: string, given: string) => number {
  return (flag, given) => {
    const value = number(given);
    if (value > bound) return value;
    throw new UsageError(`${flag} is "${given}", but must be a number above ${bound}.`);
  };
}

function share(flag: string, given: string): number {
  const value = number(given);
  if (value >= 0 && value < 1) return value;
  throw new UsageError(`${flag} is "${given}", but must be a number of at least 0 and below 1.`);
}

/** NaN, which no comparison lets through, for what is not a finite decimal number. */
function number(given: string): number {
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(given) ? Number(given) : Number.NaN;
}

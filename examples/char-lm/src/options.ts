/** What the command line can say, in one table that `--help` is printed from. */
import { parseArgs } from 'node:util';
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
  readonly read: (flag: string, given: string) => Value;
}

const flags: { readonly [Name in keyof Options]: Flag<Options[Name]> } = {
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

const names = Object.keys(flags) as (keyof Options)[];

/** `stepsPerWindow` is `--steps-per-window`. */
export function flagOf(name: keyof Options): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The options that are given, or null when help is asked for. Errors: `UsageError` for what is not understood. */
export function readOptions(args: readonly string[]): Partial<Options> | null {
  const given = split(args);
  if (given.help === true) return null;
  const read = names.flatMap((name) => {
    const flag = flagOf(name);
    const value = given[flag.slice(2)];
    return typeof value === 'string' ? [[name, flags[name].read(flag, value)]] : [];
  });
  return Object.fromEntries(read) as Partial<Options>;
}

function split(args: readonly string[]): Record<string, unknown> {
  const strings = names.map((name) => [flagOf(name).slice(2), { type: 'string' as const }]);
  const known = { ...Object.fromEntries(strings), help: { type: 'boolean' as const, short: 'h' } };
  try {
    return parseArgs({ args: [...args], options: known }).values;
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\.\s/); // what follows is advice about the syntax
    throw new UsageError(`${sentence}. See --help.`);
  }
}

/** What `--help` prints. */
export function helpText(): string {
  const rows = names.map((name) => {
    const { hint, says } = flags[name];
    const otherwise = defaults[name];
    return { left: `${flagOf(name)} ${hint}`, right: otherwise === null ? says : `${says} [${otherwise}]` };
  });
  const width = Math.max(...rows.map(({ left }) => left.length));
  return [
    'Trains a character model on a text and samples from it. Ctrl-C finishes the update, saves and ends;',
    '--resume goes on from there.',
    '',
    'node dist/main.js [options]',
    '',
    ...rows.map(({ left, right }) => `  ${left.padEnd(width)}  ${right}`),
    `  ${'--help'.padEnd(width)}  prints this`,
  ].join('\n');
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

/** What a program can be told: a table of flags that command lines, forms and `--help` work from. */
import { UsageError } from './usage-error.js';

/** One option: how it is read, and what it is when it is not given. */
export interface Flag<Value> {
  /** What stands for the value in `--help`; empty where the flag stands alone. */
  readonly hint: string;
  readonly says: string;
  /** Errors: `UsageError`, which calls the option by the name that is passed as `flag`. */
  readonly read: (flag: string, given: string) => Value;
  readonly otherwise: Value;
  /** In the place of `otherwise` where `--quick` is given. */
  readonly quick: Value;
}

/** Flags by the names of their options: `batchSize` is `--batch-size`. */
export type Flags = Readonly<Record<string, Flag<unknown>>>;

/** The options that flags read. */
export type Options<Table extends Flags> = { readonly [Name in keyof Table]: ReturnType<Table[Name]['read']> };

/** What an option is in a quick run, where that differs. */
interface Quick<Value> {
  readonly quick?: Value;
}

/** A whole number of at least `least` (1 if not given). */
export function whole(
  otherwise: number,
  says: string,
  { quick = otherwise, least = 1 }: Quick<number> & { readonly least?: number } = {},
): Flag<number> {
  const read = (flag: string, given: string): number => {
    const value = Number(given);
    if (/^\d+$/.test(given) && value >= least && Number.isSafeInteger(value)) return value;
    throw new UsageError(`${flag} is "${given}", but must be a whole number of at least ${least}.`);
  };
  return { hint: 'N', says, read, otherwise, quick };
}

/** A number above `bound` (0 if not given). */
export function above(
  otherwise: number,
  says: string,
  { quick = otherwise, bound = 0 }: Quick<number> & { readonly bound?: number } = {},
): Flag<number> {
  const read = (flag: string, given: string): number => {
    const value = decimal(given);
    if (value > bound) return value;
    throw new UsageError(`${flag} is "${given}", but must be a number above ${bound}.`);
  };
  return { hint: 'X', says, read, otherwise, quick };
}

/** A number of at least 0 and below 1. */
export function share(otherwise: number, says: string): Flag<number> {
  const read = (flag: string, given: string): number => {
    const value = decimal(given);
    if (value >= 0 && value < 1) return value;
    throw new UsageError(`${flag} is "${given}", but must be a number of at least 0 and below 1.`);
  };
  return { hint: 'P', says, read, otherwise, quick: otherwise };
}

/** One of a few words. */
export function oneOf<Word extends string>(words: readonly Word[], otherwise: Word, says: string): Flag<Word> {
  const read = (flag: string, given: string): Word => {
    const word = words.find((candidate) => candidate === given);
    if (word !== undefined) return word;
    throw new UsageError(`${flag} is "${given}", but must be ${words.join(', ').replace(/, (\w+)$/, ' or $1')}.`);
  };
  return { hint: 'KIND', says, read, otherwise, quick: otherwise };
}

/** Any text but none at all; `null` where it is not given, unless another text is named. */
export function text<Otherwise extends string | null>(
  otherwise: Otherwise,
  says: string,
  hint: string,
): Flag<string | Otherwise> {
  const read = (flag: string, given: string): string => {
    if (given !== '') return given;
    throw new UsageError(`${flag} is empty. See --help.`);
  };
  return { hint, says, read, otherwise, quick: otherwise };
}

/** True where it is given. */
export function toggle(says: string): Flag<boolean> {
  return { hint: '', says, read: () => true, otherwise: false, quick: false };
}

/** NaN, which no comparison lets through, for what is not a finite decimal number. */
function decimal(given: string): number {
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(given) ? Number(given) : Number.NaN;
}

/** `batchSize` is `--batch-size`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What every option is, said or not. */
export function withDefaults<Table extends Flags>(
  table: Table,
  given: Partial<Options<Table>> = {},
  { quick = false }: Quick<boolean> = {},
): Options<Table> {
  const defaults = Object.entries(table).map(([name, flag]) => [name, quick ? flag.quick : flag.otherwise]);
  return { ...(Object.fromEntries(defaults) as Options<Table>), ...given };
}

/** What `--help` prints about the options. */
export function describeFlags(table: Flags): string {
  const rows = Object.entries(table).map(([name, { hint, says, otherwise }]) => {
    const isTold = otherwise !== null && otherwise !== false;
    return [`${flagOf(name)} ${hint}`.trimEnd(), isTold ? `${says} [${otherwise}]` : says] as const;
  });
  const all = [...rows, ['--help', 'prints this'] as const];
  const width = Math.max(...all.map(([left]) => left.length));
  return all.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

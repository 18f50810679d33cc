/** What a command line can say: a table of flags that both the reader and `--help` work from. */
import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.js';

/** One option: how it is read, and what it is when it is not given. */
export interface Flag<Value> {
  /** What stands for the value in `--help`. */
  readonly hint: string;
  readonly says: string;
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

/** NaN, which no comparison lets through, for what is not a finite decimal number. */
function decimal(given: string): number {
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(given) ? Number(given) : Number.NaN;
}

/** `batchSize` is `--batch-size`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A command line that was understood. */
export interface Given<Table extends Flags> {
  /** What was said, without what was not. */
  readonly options: Partial<Options<Table>>;
  readonly help: boolean;
  readonly quick: boolean;
}

/** Reads a command line. Errors: `UsageError` for what is not understood. */
export function readFlags<Table extends Flags>(table: Table, args: readonly string[]): Given<Table> {
  const given = split(table, args);
  const read = Object.entries(table).flatMap(([name, flag]) => {
    const value = given[flagOf(name).slice(2)];
    return typeof value === 'string' ? [[name, flag.read(flagOf(name), value)]] : [];
  });
  const options = Object.fromEntries(read) as Partial<Options<Table>>;
  return { options, help: given.help === true, quick: given.quick === true };
}

function split(table: Flags, args: readonly string[]): Record<string, unknown> {
  const strings = Object.keys(table).map((name) => [flagOf(name).slice(2), { type: 'string' as const }]);
  const switches = { help: { type: 'boolean' as const, short: 'h' }, quick: { type: 'boolean' as const } };
  try {
    return parseArgs({ args: [...args], options: { ...Object.fromEntries(strings), ...switches } }).values;
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\.\s/); // what follows is advice about the syntax
    throw new UsageError(`${sentence}. See --help.`);
  }
}

/** What every option is, said or not. */
export function withDefaults<Table extends Flags>(table: Table, { options, quick }: Given<Table>): Options<Table> {
  const defaults = Object.entries(table).map(([name, flag]) => [name, quick ? flag.quick : flag.otherwise]);
  return { ...(Object.fromEntries(defaults) as Options<Table>), ...options };
}

/** What `--help` prints about the options. */
export function describeFlags(table: Flags): string {
  const rows = Object.entries(table).map(([name, { hint, says, otherwise }]) => {
    return [`${flagOf(name)} ${hint}`, otherwise === null ? says : `${says} [${otherwise}]`] as [string, string];
  });
  rows.push(['--quick', 'few steps, to see that it works'], ['--help', 'prints this']);
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

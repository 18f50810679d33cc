/** Reads a command line. */
import { parseArgs } from 'node:util';
import { type Flags, flagOf, type Options, UsageError } from './flags/index.js';

/** A command line that was understood. */
export interface Given<Table extends Flags> {
  /** What was said, without what was not. */
  readonly options: Partial<Options<Table>>;
  readonly help: boolean;
}

/** Reads a command line, by default that of the program. Errors: `UsageError` for what is not understood. */
export function readFlags<Table extends Flags>(
  table: Table,
  args: readonly string[] = process.argv.slice(2),
): Given<Table> {
  const given = split(table, args);
  const read = Object.entries(table).flatMap(([name, flag]) => {
    const value = given[flagOf(name).slice(2)];
    return value === undefined ? [] : [[name, flag.read(flagOf(name), String(value))]];
  });
  return { options: Object.fromEntries(read) as Partial<Options<Table>>, help: given.help === true };
}

function split(table: Flags, args: readonly string[]): Record<string, unknown> {
  const known = Object.entries(table).map(([name, { hint }]) => {
    return [flagOf(name).slice(2), { type: hint === '' ? ('boolean' as const) : ('string' as const) }];
  });
  const options = { ...Object.fromEntries(known), help: { type: 'boolean' as const, short: 'h' } };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\.\s/); // what follows is advice about the syntax
    throw new UsageError(`${sentence}. See --help.`);
  }
}

/** Reads the command line, and says what it can say. */
import { parseArgs } from 'node:util';
import { defaults, flagOf, flags, type Options } from './options.js';
import { UsageError } from './usage-error.js';

const names = Object.keys(flags) as (keyof Options)[];

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

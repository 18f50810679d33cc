/** Runs an example from its command line: reads options, shows figures beside their promises, writes pictures. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnrollError } from '@unroll/core';
import { type Figure, judge } from './figure.js';
import { describeFlags, type Flags, type Options, text, toggle, UsageError, withDefaults } from './flags/index.js';
import { readFlags } from './read-flags.js';

/** What an example is told. */
export interface Run<Table extends Flags> {
  readonly options: Options<Table>;
  /** Writes a file beside the figures: a picture, a report. */
  readonly write: (name: string, contents: string) => void;
}

/** An example: a name, what it shows, its options, and how it comes to its figures. */
export interface Example<Table extends Flags> {
  /** Its folder in `examples`. */
  readonly name: string;
  /** What is typed before the options; `npm run example` and the name unless given. */
  readonly command?: string;
  /** One sentence for `--help`. */
  readonly title: string;
  readonly flags: Table;
  readonly run: (run: Run<Table>) => readonly Figure[] | Promise<readonly Figure[]>;
}

/** What `--out` holds after a run, for programs that read it. */
interface Report {
  readonly title: string;
  readonly command: string;
  readonly seconds: number;
  readonly figures: readonly object[];
}

/** Runs an example as the command line says. Sets the exit code: 1 where a figure misses its promise, 2 for a wrong option. */
export async function runExample<Table extends Flags>(
  example: Example<Table>,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  try {
    const kept = await execute(example, args);
    if (!kept) process.exitCode = 1;
  } catch (error) {
    // What a person can mend is a sentence; anything else keeps its stack.
    if (!(error instanceof UsageError || error instanceof UnrollError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}

async function execute<Table extends Flags>(example: Example<Table>, args: readonly string[]): Promise<boolean> {
  const { name, title, command = `npm run example ${name} --` } = example;
  const own = {
    out: text(`runs/${name}`, 'where figures and pictures go', 'DIR'),
    quick: toggle('few steps, to see that it works'),
  };
  const flags: Table & typeof own = { ...example.flags, ...own };
  const { options: given, help } = readFlags(flags, args);
  if (help) {
    console.log(`${title}\n\n${command} [options]\n\n${describeFlags(flags)}`);
    return true;
  }
  const { out, quick, ...options } = withDefaults(flags, given, { quick: given.quick === true });
  mkdirSync(out, { recursive: true });

  const begin = performance.now();
  const figures = await example.run({
    options: options as unknown as Options<Table>, // the table without `out` and `quick` is the example's own
    write: (file, contents) => writeFileSync(join(out, file), contents),
  });
  const seconds = Math.round((performance.now() - begin) / 1000);

  const verdicts = figures.map((figure) => ({ ...figure, ...judge(figure, quick) }));
  print(verdicts, quick);
  const said = args.filter((_, i) => args[i] !== '--out' && args[i - 1] !== '--out');
  const typed = said.length > 0 ? [command, ...said].join(' ') : command.replace(/ --$/, '');
  const report: Report = { title, command: typed, seconds, figures: verdicts };
  writeFileSync(join(out, 'figures.json'), `${JSON.stringify(report, null, 2)}\n`);
  console.log(`${seconds} s; figures and pictures are in ${out}`);
  return verdicts.every(({ kept }) => kept);
}

type Row = Figure & ReturnType<typeof judge>;

function print(rows: readonly Row[], quick: boolean): void {
  const width = Math.max(...rows.map(({ name }) => name.length));
  console.log('');
  for (const { name, reached, promised, kept, reason, published } of rows) {
    const mark = promised === '' ? ' ' : kept ? '✓' : '✗';
    const promise = promised === '' ? '' : `${quick ? 'few steps promise' : 'promised'} ${promised}`;
    const notes = [promise, published && `published ${published}`, reason].filter((note) => note);
    console.log(`${mark} ${name.padEnd(width)}  ${reached}${notes.length > 0 ? `  (${notes.join('; ')})` : ''}`);
  }
}

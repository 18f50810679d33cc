/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';
import { PEERS } from './contenders.js';
import { workloads } from './workloads.js';

export interface Options {
  /** Workloads and groups of them, in the order of the report. */
  readonly races: readonly string[];
  readonly memory: boolean;
  readonly peers: readonly string[];
  readonly rounds: number;
  readonly core: number;
  readonly threads: number;
  readonly save: boolean;
}

/** Without names or `--all`: what finishes in a few minutes. */
const QUICK = ['W1', 'W2', 'W3', 'W5', 'W6', 'S', 'G 32x256x1024', 'E'];

export const HELP: string = `npm run bench -- [workload …] [options]

Workloads: W1 to W6, S and C as docs/performance.md describes them, G (matrix products; "G 512x512x512" for one size),
E (the other kernels), M (memory over 10,000 steps). Without any: ${QUICK.map((name) => (name.includes(' ') ? `"${name}"` : name)).join(' ')}.

  --all            every workload; about twenty minutes
  --peers LIST     whom to race, of ${PEERS.join(',')}, or none; all of them unless given
  --rounds N       turns of each contender; 5 unless given
  --core N         the first core that they use; 0 unless given
  --threads N      also race those that take 2 to N threads, or BLAS, each on as many cores; 1 unless given
  --save           keep the figures: results.json, and the tables and chart of docs/performance.md
  --help           this text
`;

/** Whether a name on the command line stands for a workload. */
function names(name: string, id: string): boolean {
  return id === name || id.startsWith(`${name} `);
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`--${option} is a whole number from ${least}, not "${text}".`);
}

function peersOf(list: string | undefined): readonly string[] {
  if (list === undefined) return PEERS;
  if (list === 'none') return [];
  const chosen = list.split(',');
  const unknown = chosen.find((name) => !PEERS.some((peer) => peer === name));
  if (unknown !== undefined) throw new Error(`There is no peer "${unknown}"; there are ${PEERS.join(', ')}, or none.`);
  return chosen;
}

/** Null for `--help`. Errors: for what is unknown or out of range. */
export function readOptions(args: string[]): Options | null {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      peers: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      core: { type: 'string', default: '0' },
      threads: { type: 'string', default: '1' },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const asked = positionals.length > 0 ? positionals : QUICK;
  const unknown = asked.find((name) => name !== 'M' && !workloads.some(({ id }) => names(name, id)));
  if (unknown !== undefined) throw new Error(`There is no workload "${unknown}"; see --help.`);
  return {
    races: workloads.map(({ id }) => id).filter((id) => values.all || asked.some((name) => names(name, id))),
    memory: values.all || asked.includes('M'),
    peers: peersOf(values.peers),
    rounds: wholeNumber('rounds', values.rounds, 1),
    core: wholeNumber('core', values.core, 0),
    threads: wholeNumber('threads', values.threads, 1),
    save: values.save,
  };
}

/** Jobs of several ranks: a program, bundled from the sources, under each launcher that this machine has. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../../vitest.bundle.js';
import type { Report } from './ranks.fixture.js';

/** How ranks are started. */
export interface Launcher {
  readonly name: 'Open MPI' | 'MPICH';
  /** What `-n RANKS node …` goes on. */
  readonly command: readonly string[];
}

/** Of Debian's package, and of any other. More ranks than cores are wanted, and tests may run as root. */
const commands: readonly (readonly string[])[] = [
  ['mpirun.openmpi', '--allow-run-as-root', '--oversubscribe'],
  ['mpirun', '--allow-run-as-root', '--oversubscribe'],
  ['mpirun.mpich'],
  ['mpirun'],
];

/** The first launcher of a family; undefined where there is none. */
export function launcherOf(name: Launcher['name']): Launcher | undefined {
  const mark = name === 'Open MPI' ? 'Open MPI' : 'HYDRA';
  const command = commands
    .filter((words) => words.length > 1 === (name === 'Open MPI'))
    .find(([program = '']) => String(spawnSync(program, ['--version']).stdout).includes(mark));
  return command && { name, command };
}

/** A job that has ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  /** What ranks have left, by rank. */
  readonly reports: readonly (Report | undefined)[];
}

export interface Program {
  /** Runs so many ranks of `ranks.fixture.ts`; without a launcher one process, as it is. */
  run(
    launcher: Launcher | null,
    ranks: number,
    args: readonly string[],
    environment?: NodeJS.ProcessEnv,
  ): Promise<Ended>;
  remove(): void;
}

/** Bundles `ranks.fixture.ts` into a folder of its own. */
export async function buildProgram(): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), 'mpi-program-'));
  const script = await bundle(join(import.meta.dirname, 'ranks.fixture.ts'), join(folder, 'program'));
  return {
    async run(launcher, ranks, args, environment = {}) {
      const reports = mkdtempSync(join(folder, 'reports-'));
      const words = [process.execPath, script, reports, ...args];
      const [program = '', ...rest] = launcher === null ? words : [...launcher.command, '-n', String(ranks), ...words];
      const ended = await run(program, rest, { ...process.env, ...environment });
      const files = Array.from({ length: ranks }, (_, rank) => join(reports, `${rank}.json`));
      return {
        ...ended,
        reports: files.map((file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined)),
      };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Omit<Ended, 'reports'>> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text.replaceAll('\r\n', '\n'); // Open MPI gives its ranks a terminal
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** The program itself, bundled from the sources, in processes of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../../vitest.bundle.js';

/** A process that has ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A signal, sent so many milliseconds after the process has written so many lines about windows. */
export interface Shot {
  readonly signal: NodeJS.Signals;
  readonly lines: number;
  readonly delay: number;
  /** Of a distributed run, the process that it is sent to; unless given, the one that was started. */
  readonly rank?: number;
}

export interface Program {
  /** `launcher` is what stands before `node`, if anything: `mpirun -n 2`. */
  run(args: readonly string[], shot?: Shot, launcher?: readonly string[]): Promise<Ended>;
  remove(): void;
}

/** Bundles the program into a folder of its own. */
export async function buildProgram(): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), 'char-lm-program-'));
  const script = await bundle(join(import.meta.dirname, 'main.ts'), join(folder, 'program'));
  return {
    run: (args, shot, launcher = []) => run([...launcher, process.execPath, script, ...args], shot),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function run([program = '', ...args]: readonly string[], shot?: Shot): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args);
    let [stdout, stderr, fired] = ['', '', false];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (shot === undefined || fired || linesAboutWindows(stdout).length < shot.lines) return;
      fired = true;
      const pid = shot.rank === undefined ? child.pid : processOf(shot.rank, stdout);
      if (pid !== undefined) setTimeout(() => child.exitCode ?? process.kill(pid, shot.signal), shot.delay);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** A distributed run begins with a line that says so. */
function processOf(rank: number, stdout: string): number {
  return Number(new RegExp(` ${rank} is process (\\d+) on `).exec(stdout)?.[1]);
}

/** What a run says about its windows, without the figures of the clock. */
export function linesAboutWindows(stdout: string): string[] {
  return [...stdout.matchAll(/^window .*? · .*? · .*?(?= · )/gm)].map(([line]) => line);
}

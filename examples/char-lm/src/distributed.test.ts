/** The program under `mpirun`, in two processes. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { abs, max, Rng, sub, Tensor } from '@unroll/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCheckpoint } from './checkpoint-file.js';
import { buildProgram, type Ended, linesAboutWindows, type Program, type Shot } from './command-line.fixture.js';

/** `UNROLL_KILLS=10` looks longer. */
const KILLS = Number(process.env.UNROLL_KILLS ?? 2);
if (!Number.isInteger(KILLS) || KILLS < 1) throw new Error('UNROLL_KILLS is a whole number of at least 1.');

/** As Debian calls them. */
const launchers = [
  ['mpirun.openmpi', '--allow-run-as-root', '--oversubscribe', '-n', '2'],
  ['mpirun.mpich', '-n', '2'],
].map((launcher) => {
  const [program = ''] = launcher;
  const isThere = spawnSync(program, ['--version']).status === 0;
  return { launcher, name: isThere ? program : `${program} (skipped: it is not installed)`, isThere };
});

let folder = '';
let program: Program;
beforeAll(async () => {
  program = await buildProgram();
  folder = mkdtempSync(join(tmpdir(), 'char-lm-'));
  writeFileSync(join(folder, 'text.txt'), 'the cat sat on the mat.\n'.repeat(60)); // 27 windows, and then it begins anew
});
afterAll(() => {
  program.remove();
  rmSync(folder, { recursive: true });
});

const small = ['--hidden', '12', '--layers', '2', '--batch', '4', '--steps-per-window', '12', '--lr', '0.01'];
const LINES = 20;
const EVERY = 4;
const plan = ['--windows', '100', '--evaluate-every', '10', '--sample', '50', '--checkpoint-every', String(EVERY)];

describe.each(launchers)('$name', ({ launcher, isThere }) => {
  const [mpi = ''] = launcher;
  const checkpointOf = (name: string): string => join(folder, mpi, name, 'checkpoint.safetensors');
  const begin = (name: string, args: readonly string[] = [], shot?: Shot, words = launcher): Promise<Ended> => {
    const files = ['--text', join(folder, 'text.txt'), '--out', join(folder, mpi, name)];
    const distributed = words.length > 0 ? ['--distributed'] : [];
    return program.run([...files, ...small, ...plan, ...distributed, ...args], shot, words);
  };
  const resume = (name: string, args: readonly string[] = [], words = launcher): Promise<Ended> => {
    const distributed = words.length > 0 ? ['--distributed'] : [];
    return program.run(['--resume', checkpointOf(name), ...distributed, ...args], undefined, words);
  };
  const bytesOf = (name: string): string => readFileSync(checkpointOf(name)).toString('base64');

  test.skipIf(!isThere)('two processes learn what one learns, and their checkpoint is one of one process', async () => {
    const args = ['--lr', '0.002', '--windows', '50'];
    expect(await begin('one', args, undefined, [])).toMatchObject({ code: 0, stderr: '' });
    expect(await begin('two', args)).toMatchObject({ code: 0 });
    const [one, two] = [loadCheckpoint(checkpointOf('one')), loadCheckpoint(checkpointOf('two'))];
    expect(two.options).toEqual(one.options);
    for (const part of ['model', 'state'] as const) {
      for (const [name, value] of Object.entries(one[part])) {
        if (!(value instanceof Tensor)) continue;
        const difference = max(abs(sub(value, two[part][name] as Tensor))).item();
        expect(difference, name).toBeLessThan(1e-5);
      }
    }
    expect(await resume('two', ['--windows', '60'], [])).toMatchObject({ code: 0, stderr: '' });
  });

  test.skipIf(!isThere)('100 windows are 50, and 50 in other processes', async () => {
    expect(linesAboutWindows((await begin('whole')).stdout)).toHaveLength(LINES);
    await begin('halves', ['--windows', '50']);
    const second = await resume('halves', ['--windows', '100']);
    expect(second.stdout).toContain('resumed after window 50/100');
    expect(bytesOf('halves')).toBe(bytesOf('whole'));
  });

  test.skipIf(!isThere)(
    `${KILLS} kills of a process at a random moment lose no more than the windows since a checkpoint`,
    { timeout: 60_000 * KILLS },
    async () => {
      const rng = new Rng(2);
      let killed = 0;
      for (let i = 0; i < KILLS; i++) {
        const name = `killed-${i}`;
        const shot: Shot = {
          signal: 'SIGKILL',
          lines: rng.integer(LINES),
          delay: 20 * rng.uniform(),
          rank: rng.integer(2),
        };
        const { code, stdout } = await begin(name, [], shot);
        if (code !== 0) killed += 1;
        const [, last = '0'] = /^window (\d+)/.exec(linesAboutWindows(stdout).at(-1) ?? '') ?? [];
        const saved = existsSync(checkpointOf(name)) ? loadCheckpoint(checkpointOf(name)).windows : 0;
        expect(Number(last) - saved).toBeLessThanOrEqual(EVERY);
        expect(await (saved > 0 ? resume(name) : begin(name))).toMatchObject({ code: 0 });
        expect(bytesOf(name)).toBe(bytesOf('whole'));
      }
      console.log(`${mpi}: killed ${killed} of ${KILLS}`);
      expect(killed).toBeGreaterThan(0);
    },
  );
});

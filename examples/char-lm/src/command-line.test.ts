import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@unroll/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadCheckpoint } from './checkpoint-file.js';
import { buildProgram, type Ended, linesAboutWindows, type Program, type Shot } from './command-line.fixture.js';

/** `UNROLL_KILLS=50`, as `npm run kill-test` says, looks longer. */
const KILLS = Number(process.env.UNROLL_KILLS ?? 4);
if (!Number.isInteger(KILLS) || KILLS < 1) throw new Error('UNROLL_KILLS is a whole number of at least 1.');

const FILES = ['checkpoint.safetensors', 'curve.svg', 'sample.txt'];

let folder = '';
let text = '';
let program: Program;
beforeAll(async () => {
  program = await buildProgram();
  folder = mkdtempSync(join(tmpdir(), 'char-lm-'));
  text = join(folder, 'text.txt');
  writeFileSync(text, 'the cat sat on the mat.\n'.repeat(60)); // 27 windows, and then it begins anew
});
afterAll(() => {
  program.remove();
  rmSync(folder, { recursive: true });
});

const small = ['--hidden', '12', '--layers', '2', '--dropout', '0.1', '--batch', '4', '--steps-per-window', '12'];
const plan = ['--lr', '0.01', '--evaluate-every', '10', '--sample', '50', '--seed', '5'];

/** A training of its own in folder `name`, with `args` besides. */
function begin(name: string, args: readonly string[], shot?: Shot): Promise<Ended> {
  return program.run(['--text', text, ...small, ...plan, '--out', join(folder, name), ...args], shot);
}

function resume(name: string, args: readonly string[] = [], shot?: Shot): Promise<Ended> {
  return program.run(['--resume', checkpointOf(name), ...args], shot);
}

function checkpointOf(name: string): string {
  return join(folder, name, 'checkpoint.safetensors');
}

/** What is left of a training: the bytes of its files, and nothing beside them. */
function filesOf(name: string): Record<string, string> {
  expect(readdirSync(join(folder, name)).sort()).toEqual(FILES);
  return Object.fromEntries(FILES.map((file) => [file, readFileSync(join(folder, name, file)).toString('base64')]));
}

/** What a training prints at its end: validation, sample, SHA-256 of the parameters. */
function endOf({ stdout }: Ended): string {
  expect(stdout).toMatch(/^parameters: sha256 [0-9a-f]{64}$/m);
  return stdout.slice(stdout.indexOf('\nvalidation'), stdout.indexOf('sample.txt, curve.svg'));
}

test('100 windows are 50, and 50 in another process', async () => {
  const whole = await begin('whole', ['--windows', '100']);
  expect(whole).toMatchObject({ code: 0, stderr: '' });
  const half = await begin('halves', ['--windows', '50']);
  expect(endOf(half)).not.toBe(endOf(whole));
  const halves = await resume('halves', ['--windows', '100']);
  expect(halves).toMatchObject({ code: 0, stderr: '' });
  expect(halves.stdout).toContain('resumed after window 50/100');
  expect(linesAboutWindows(halves.stdout)).toHaveLength(10);
  expect(linesAboutWindows(halves.stdout)).toEqual(linesAboutWindows(whole.stdout).slice(10));
  expect(endOf(halves)).toBe(endOf(whole));
  expect(filesOf('halves')).toEqual(filesOf('whole'));

  // A finished training is evaluated again, and can write something else.
  const again = await resume('halves');
  expect(endOf(again)).toBe(endOf(whole));
  const longer = await resume('halves', ['--sample', '80', '--out', join(folder, 'elsewhere')]);
  expect(longer.code).toBe(0);
  expect(readFileSync(join(folder, 'elsewhere', 'sample.txt'), 'utf8')).toHaveLength(80);
  expect(readFileSync(join(folder, 'halves', 'sample.txt'), 'utf8')).toHaveLength(50);
});

test('Ctrl-C saves and ends with 130, and the training can go on', async () => {
  const first = await begin('interrupted', ['--windows', '100000'], { signal: 'SIGINT', lines: 0, delay: 300 });
  expect(first).toMatchObject({ code: 130, stderr: '' });
  expect(endOf(first)).toContain('bits per character');
  const { windows } = loadCheckpoint(checkpointOf('interrupted'));
  expect(windows).toBeLessThan(100_000);
  const more = ['--windows', String(windows + 20)];
  const second = await resume('interrupted', more);
  expect(second.code).toBe(0);
  expect(endOf(second)).toBe(endOf(await begin('uninterrupted', more)));
  expect(filesOf('interrupted')).toEqual(filesOf('uninterrupted'));
});

test('what does not fit is a sentence, and nothing is written', async () => {
  const refused = await resume('halves', ['--hidden', '13', '--windows', '200']);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr.replace(folder, '')).toMatchInlineSnapshot(`
    "/halves/checkpoint.safetensors cannot go on like this: --hidden is 12 there and 13 here. Leave out what differs, or --resume to begin anew.
    "
  `);
});

test(`${KILLS} kills at random moments leave a whole checkpoint, or none yet`, {
  timeout: 20_000 * KILLS,
}, async () => {
  // Large checkpoints of short windows: most of the time goes into writing.
  const large = ['--hidden', '128', '--batch', '8', '--steps-per-window', '6'];
  const args = [...large, '--windows', '40', '--checkpoint-every', '1'];
  const LINES = 20; // one for every two windows
  const began = performance.now();
  const whole = await begin('untouched', args);
  const pause = (performance.now() - began) / LINES / 2; // about as long as from line to line
  const untouched = filesOf('untouched');

  const rng = new Rng(1);
  const seen = { killed: 0, withoutCheckpoint: 0, whileWriting: 0 };
  for (let i = 0; i < KILLS; i++) {
    const name = `killed-${i}`;
    const shot: Shot = { signal: 'SIGKILL', lines: rng.integer(LINES + 1), delay: rng.uniform() * pause };
    const { signal } = await begin(name, args, shot);
    if (signal === 'SIGKILL') seen.killed += 1;
    if (readdirSync(join(folder, name)).some((file) => file.endsWith('.tmp'))) seen.whileWriting += 1;
    const exists = existsSync(checkpointOf(name));
    if (exists) expect(loadCheckpoint(checkpointOf(name)).curve.training.length).toBeGreaterThan(0);
    else seen.withoutCheckpoint += 1;
    const end = await (exists ? resume(name) : begin(name, args));
    expect(endOf(end)).toBe(endOf(whole));
    expect(filesOf(name)).toEqual(untouched);
  }
  console.log(
    `killed ${seen.killed} of ${KILLS}: ${seen.whileWriting} while it wrote, ${seen.withoutCheckpoint} before it had`,
  );
  expect(seen.killed).toBeGreaterThan(0);
});

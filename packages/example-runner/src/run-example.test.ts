import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensor } from '@unroll/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { figure, judge, notRun, percent } from './figure.js';
import { whole } from './flags/index.js';
import { type Example, runExample } from './run-example.js';

let folder = '';
let said: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'example-'));
  said = [];
  const keep = (line: string): void => void said.push(line);
  vi.spyOn(console, 'log').mockImplementation(keep);
  vi.spyOn(console, 'error').mockImplementation(keep);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
  process.exitCode = 0;
});

const flags = { steps: whole(100, 'updates', { quick: 5 }) };
const example: Example<typeof flags> = {
  name: 'halves',
  title: 'Counts.',
  flags,
  run({ options, write }) {
    write('picture.svg', '<svg/>');
    return [
      figure('share', options.steps / 200, { atLeast: 0.5, quick: 0.02, format: percent, published: '51 %' }),
      notRun('on real text', 'needs --data FILE'),
    ];
  },
};

test.each([
  [[], 0, '✓ share         50.0 %  (promised ≥ 50.0 %; published 51 %)'],
  [['--quick'], 0, '✓ share         2.5 %  (few steps promise ≥ 2.0 %; published 51 %)'],
  [['--steps', '99'], 1, '✗ share         49.5 %  (promised ≥ 50.0 %; published 51 %)'],
])('%j: exit code %i', async (args, code, line) => {
  await runExample(example, [...args, '--out', folder]);
  expect(process.exitCode ?? 0).toBe(code);
  expect(said).toContain(line);
  expect(said).toContain('  on real text  not run  (needs --data FILE)');
  expect(readdirSync(folder).sort()).toEqual(['figures.json', 'picture.svg']);
  const { command, figures } = JSON.parse(readFileSync(join(folder, 'figures.json'), 'utf8'));
  expect(command).toBe(['npm run example halves', ...(args.length > 0 ? ['--', ...args] : [])].join(' '));
  expect(figures[0].kept).toBe(code === 0);
});

test('a wrong option and a refused call are sentences, anything else keeps its stack', async () => {
  await runExample(example, ['--step', '1']);
  expect([process.exitCode, said]).toEqual([2, ["Unknown option '--step'. See --help."]]);
  const run = (failing: () => never): Promise<void> => runExample({ ...example, run: failing }, ['--out', folder]);
  await run(() => tensor([[1], [1, 2]]) as never);
  expect(said.at(-1)).toMatch(/^tensor: /);
  await expect(run(() => ([] as never[])[0] ?? (JSON.parse('{') as never))).rejects.toThrow(SyntaxError);
});

test('help runs nothing', async () => {
  const run = vi.fn();
  await runExample({ ...example, run }, ['--help', '--out', folder]);
  expect(run).not.toHaveBeenCalled();
  expect(said.join('\n')).toContain('npm run example halves -- [options]');
});

test('NaN keeps no promise', () => {
  expect(judge(figure('loss', Number.NaN, { atMost: 1 }), false).kept).toBe(false);
  expect(judge(figure('loss', Number.NaN, { atLeast: 1 }), false).kept).toBe(false);
  expect(judge(figure('loss', 1, { atMost: 1 }), false)).toEqual({ reached: '1', promised: '≤ 1', kept: true });
});

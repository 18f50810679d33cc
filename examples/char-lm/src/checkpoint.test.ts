import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@unroll/core';
import { RMSprop } from '@unroll/optim';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashParameters, loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import { CharModel } from './model.js';
import { defaults } from './options.js';
import { tinyCorpus, tinyRun } from './run.fixture.js';
import { readCorpus } from './text.js';
import { writeAtomically } from './write-atomically.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'char-lm-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function saved(): Promise<{ path: string; hash: string }> {
  const { model, optimizer, result } = await tinyRun(1, 5);
  const path = join(folder, 'checkpoint.safetensors');
  const { vocabulary } = tinyCorpus();
  saveCheckpoint(path, {
    model: model.stateDict(),
    optimizer: optimizer.stateDict(),
    vocabulary,
    options: defaults,
    windows: result.windows,
  });
  return { path, hash: hashParameters(model) };
}

test('a checkpoint brings back every bit', async () => {
  const { path, hash } = await saved();
  const loaded = loadCheckpoint(path);
  const shape = { cell: 'lstm', layers: 2, hidden: 12, dropout: 0.1 } as const;
  const model = new CharModel(loaded.vocabulary.size, shape, new Rng(99));
  const optimizer = new RMSprop(model.parameters(), { lr: 0.5, alpha: 0.95 });
  model.loadStateDict(loaded.model);
  optimizer.loadStateDict(loaded.optimizer);
  expect(hashParameters(model)).toBe(hash);
  expect(optimizer.lr).toBe(0.01);
  expect(loaded).toMatchObject({ options: defaults, windows: 5 });
  expect(loaded.vocabulary.characters).toEqual(tinyCorpus().vocabulary.characters);
});

test('a checkpoint that is cut off, damaged or missing is refused', async () => {
  const { path } = await saved();
  const whole = readFileSync(path);
  for (const length of [0, 7, 100, whole.length - 1]) {
    writeFileSync(path, whole.subarray(0, length));
    expect(() => loadCheckpoint(path)).toThrow(/is no checkpoint that can be read/);
  }
  const damaged = Buffer.from(whole);
  damaged[whole.length - 10] = (damaged[whole.length - 10] as number) ^ 1;
  writeFileSync(path, damaged);
  expect(() => loadCheckpoint(path)).toThrow('its numbers do not have the checksum that was written with them');
  expect(() => loadCheckpoint(join(folder, 'none'))).toThrow('ENOENT');
});

test('a file is replaced whole, and nothing else is left behind', () => {
  const path = join(folder, 'file');
  writeAtomically(path, 'old');
  writeAtomically(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['file']);
  expect(() => writeAtomically(join(folder, 'missing', 'file'), 'x')).toThrow('ENOENT');
});

test('a text that cannot be read, or is empty, is a sentence', () => {
  expect(() => readCorpus('/no/such/file')).toThrowErrorMatchingInlineSnapshot(
    `[UsageError: /no/such/file cannot be read (ENOENT). Pass a text with --text FILE.]`,
  );
  const empty = join(folder, 'empty');
  writeFileSync(empty, '');
  expect(() => readCorpus(empty)).toThrow('is empty. Pass a text with --text FILE.');
  expect(readCorpus(null).vocabulary.size).toBeGreaterThan(90);
});

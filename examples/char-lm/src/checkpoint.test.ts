import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ones, Rng } from '@unroll/core';
import { readSafetensors, writeSafetensors } from '@unroll/nn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCheckpoint, saveCheckpoint } from './checkpoint-file.js';
import { tinyCorpus, tinyOptions, tinyRun } from './run.fixture.js';
import type { Training } from './training.js';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'char-lm-'));
  path = join(folder, 'checkpoint.safetensors');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function saved(): Promise<Training> {
  const training = await tinyRun({ windows: 5 });
  saveCheckpoint(path, training, tinyCorpus, tinyOptions);
  return training;
}

function refusal(): string {
  try {
    loadCheckpoint(path);
  } catch (error) {
    return String(error).replaceAll(path, 'FILE');
  }
  return 'nothing was wrong';
}

test('a checkpoint brings back every bit', async () => {
  const { model, optimizer, curve, state } = await saved();
  const loaded = loadCheckpoint(path);
  const { out, resume, distributed, ...options } = tinyOptions;
  expect(loaded.options).toEqual(options);
  expect(loaded.windows).toBe(5);
  expect(loaded.curve).toEqual(curve);
  expect(loaded.text).toEqual({ characters: 24 * 60, sha256: tinyCorpus.sha256 });
  expect(loaded.vocabulary.characters).toEqual(tinyCorpus.vocabulary.characters);

  const numbers = (dictionary: object): unknown => {
    return Object.entries(dictionary)
      .sort()
      .map(([name, value]) => [name, value.data ?? value, value.shape]);
  };
  expect(numbers(loaded.model)).toEqual(numbers(model.stateDict()));
  expect(numbers(loaded.optimizer)).toEqual(numbers(optimizer.stateDict()));
  const [below, above] = state as { h: object; c: object }[];
  expect(numbers(loaded.state)).toEqual(
    numbers({ '[0].h': below?.h, '[0].c': below?.c, '[1].h': above?.h, '[1].c': above?.c }),
  );
});

test('a file that is cut off is refused, wherever, and says where', async () => {
  await saved();
  const whole = readFileSync(path);
  const rng = new Rng(1);
  const lengths = [0, 7, 8, 100, ...Array.from({ length: 50 }, () => rng.integer(whole.length))];
  for (const length of lengths) {
    writeFileSync(path, whole.subarray(0, length));
    expect(refusal()).toMatch(/^UsageError: FILE is no whole checkpoint\. readSafetensors: /);
  }
  writeFileSync(path, whole.subarray(0, -1));
  expect(refusal()).toMatch(/the bytes end at \d+, in 'state\[1\]\.[hc]'; it goes from \d+ to \d+\./);
});

test('one wrong bit anywhere is found', async () => {
  await saved();
  const whole = readFileSync(path);
  const rng = new Rng(2);
  const header = Number(whole.readBigUInt64LE(0));
  const places = Array.from({ length: 400 }, (_, i) => rng.integer(i % 2 === 0 ? 8 + header : whole.length));
  for (const place of [0, 1, 2, 3, 4, 5, 6, 7, ...places]) {
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(place) ^ (1 << rng.integer(8)), place);
    writeFileSync(path, damaged);
    expect(refusal(), `a bit of byte ${place}`).toMatch(/^UsageError: FILE /);
  }
});

test('damage is named', async () => {
  await saved();
  const whole = readFileSync(path);
  const { tensors, metadata } = readSafetensors(whole);
  const write = (changes: Record<string, string>): void => {
    writeFileSync(path, writeSafetensors(tensors, { metadata: { ...metadata, ...changes } }));
  };
  write({ windows: '6' });
  expect(refusal()).toMatchInlineSnapshot(`"UsageError: FILE is damaged in 'windows'. Resume from another copy."`);
  write({ checksums: `${metadata.checksums}\n${'0'.repeat(64)}  model.second` });
  expect(refusal()).toMatchInlineSnapshot(
    `"UsageError: FILE is damaged in the list of its checksums. Resume from another copy."`,
  );
  write({ format: 'unroll-char-lm/0' });
  expect(refusal()).toMatchInlineSnapshot(
    `"UsageError: FILE is of the format unroll-char-lm/0; this program reads unroll-char-lm/1."`,
  );
  writeFileSync(path, writeSafetensors({ weight: ones([2]) }));
  expect(refusal()).toMatchInlineSnapshot(`"UsageError: FILE holds tensors, but is no checkpoint of this program."`);
  rmSync(path);
  expect(refusal()).toMatchInlineSnapshot(
    `"UsageError: FILE cannot be read (ENOENT). Pass a checkpoint with --resume FILE."`,
  );

  const damaged = Buffer.from(whole);
  damaged.writeUInt8(damaged.readUInt8(whole.length - 1) ^ 1, whole.length - 1);
  writeFileSync(path, damaged);
  expect(refusal()).toMatch(/^UsageError: FILE is damaged in 'state\[1\]\.[hc]'\. Resume from another copy\.$/);
});

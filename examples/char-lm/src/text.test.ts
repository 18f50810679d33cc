import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { corpusOf } from './text.js';
import { readCorpus } from './text-file.js';

test('a text that cannot be read, or is empty, is a sentence', () => {
  expect(() => readCorpus('/no/such/file')).toThrowErrorMatchingInlineSnapshot(
    `[UsageError: /no/such/file cannot be read (ENOENT). Pass a text with --text FILE.]`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'char-lm-'));
  try {
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    expect(() => readCorpus(empty)).toThrow('is empty. Pass a text with --text FILE.');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the default text is there', () => {
  expect(readCorpus(null).vocabulary.size).toBeGreaterThan(90);
});

test('nine tenths are learnt from; the checksum is that of `sha256sum`', () => {
  const { characters, sha256, training, validation } = corpusOf('abc', 'abcabcabca');
  expect([characters, training.length, validation.length]).toEqual([10, 9, 1]);
  expect(sha256).toBe('dec3cbbdb5a2455f024763c222865100142d98ba9441257693980fbdafb58efe');
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluate } from './evaluate.js';
import { defaults } from './options.js';
import { beginTiny, tinyOptions } from './run.fixture.js';
import { checkLength, corpusOf } from './text.js';
import { readCorpus } from './text-file.js';

test('a text that cannot be read, or is empty, is a sentence', () => {
  expect(() => readCorpus('/no/such/file', defaults)).toThrowErrorMatchingInlineSnapshot(
    `[UsageError: /no/such/file cannot be read (ENOENT). Pass a text with --text FILE.]`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'char-lm-'));
  try {
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    expect(() => readCorpus(empty, defaults)).toThrow('is empty. Pass a text with --text FILE.');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a text that is too short to learn from, or to be judged by, is a sentence; one that is not is judged', () => {
  expect(() => checkLength('the cat', defaults)).toThrowErrorMatchingInlineSnapshot(
    `[UsageError: The text has 7 characters; 32 places of 64 need 2,277, since a tenth is not learnt from. Give a longer text, fewer places or shorter windows.]`,
  );
  const one = { batch: 1, stepsPerWindow: 1 };
  expect(() => checkLength('x'.repeat(15), one)).toThrowErrorMatchingInlineSnapshot(
    `[UsageError: The text has 15 characters; 1 places of 1 need 16, since a tenth is not learnt from. Give a longer text, fewer places or shorter windows.]`,
  );
  const shortest = 'the cat sat on t';
  checkLength(shortest, one);
  const { validation } = corpusOf('tiny', shortest);
  const { bits } = evaluate(beginTiny(tinyOptions).model, validation, tinyOptions.stepsPerWindow);
  expect(bits).toBeGreaterThan(2);
});

test('the default text is there', () => {
  expect(readCorpus(null, defaults).vocabulary.size).toBeGreaterThan(90);
});

test('nine tenths are learnt from; the checksum is that of `sha256sum`', () => {
  const { characters, sha256, training, validation } = corpusOf('abc', 'abcabcabca');
  expect([characters, training.length, validation.length]).toEqual([10, 9, 1]);
  expect(sha256).toBe('dec3cbbdb5a2455f024763c222865100142d98ba9441257693980fbdafb58efe');
});

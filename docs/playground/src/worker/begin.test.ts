import { Rng } from '@unroll/core';
import { corpusOf, defaults, type Options, train, writeCheckpoint } from 'example-char-lm';
import { expect, test } from 'vitest';
import type { Text } from '../protocol.js';
import { runFrom, runFromFile } from './begin.js';

const small: Options = { ...defaults, hidden: 6, batch: 2, stepsPerWindow: 5, windows: 3 };
const text: Text = { name: 'text.txt', contents: 'the cat sat on the mat.\n'.repeat(3) };
const silent = { show: () => {}, signal: new AbortController().signal, save: () => {}, turn: async () => {} };

/** A checkpoint of three windows of `text`. */
async function checkpoint(): Promise<Uint8Array> {
  const { training, corpus, options } = runFrom(text, small);
  await train(training, corpus, options, silent);
  return writeCheckpoint(training, corpus, options);
}

function refusal(fn: () => unknown): string {
  try {
    fn();
  } catch (error) {
    return String(error);
  }
  return 'nothing was wrong';
}

test('a text that is too short is a sentence that says how long it must be', () => {
  expect(refusal(() => runFrom({ name: 'text.txt', contents: '' }, small))).toMatchInlineSnapshot(
    `"UsageError: There is no text. Paste one, open a file, or take the default."`,
  );
  expect(refusal(() => runFrom({ name: 'text.txt', contents: 'the cat' }, defaults))).toMatchInlineSnapshot(
    `"UsageError: The text has 7 characters; 32 places of 64 need 2,277, since a tenth is not learnt from. Give a longer text, fewer places or shorter windows."`,
  );
});

test('a text of exactly that length is learnt and judged, whatever the windows', async () => {
  const rng = new Rng(1);
  for (let i = 0; i < 20; i++) {
    const options = { ...small, batch: 1 + rng.integer(4), stepsPerWindow: 1 + rng.integer(9), evaluateEvery: 1 };
    const message = refusal(() => runFrom({ name: 'text.txt', contents: 'ab' }, options));
    const least = Number(/need (\d+),/.exec(message)?.[1]);
    const contents = 'abc'.repeat(least).slice(0, least);
    const run = runFrom({ name: 'text.txt', contents }, options);
    await train(run.training, run.corpus, run.options, silent);
    expect(run.training.curve.validation).toHaveLength(options.windows - 1);
    expect(refusal(() => runFrom({ name: 'text.txt', contents: contents.slice(1) }, options))).toContain(
      `need ${least}`,
    );
  }
});

test('where no line ends, the sample begins after another character, and the command says so', () => {
  expect(runFrom(text, small).options.prime).toBeNull();
  expect(runFrom({ name: 'text.txt', contents: 'abc'.repeat(20) }, small).options.prime).toBe('a');
});

test('a checkpoint finds its text among those that are there', async () => {
  const other = { name: 'other.txt', contents: 'something else' };
  const found = runFromFile('FILE', await checkpoint(), [other, text]);
  expect(found.text).toBe(text);
  expect(found.run.training.windows).toBe(3);
  expect(found.run.options).toMatchObject({ hidden: 6, text: 'text.txt' });
  expect(found.run.corpus).toEqual(corpusOf(text.name, text.contents));
});

test('a checkpoint of another text, or no checkpoint, is a sentence', async () => {
  const bytes = await checkpoint();
  const longer = { name: 'text.txt', contents: `${text.contents}a` };
  expect(refusal(() => runFromFile('FILE', bytes, [longer]))).toMatchInlineSnapshot(
    `"UsageError: FILE was learning another text than the one above: it has 73 characters instead of 72. Put that text there, and choose the file again."`,
  );
  expect(refusal(() => runFromFile('FILE', bytes.subarray(0, 900), [text]))).toMatch(
    /^UsageError: FILE is no whole checkpoint\. readSafetensors: /,
  );
});

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Rng } from '@unroll/core';
import { RMSprop } from '@unroll/optim';
import { expect, test } from 'vitest';
import { hashParameters } from './checkpoint.js';
import { curveSvg } from './curve.js';
import { CharModel } from './model.js';
import { tinyCorpus, tinyRun } from './run.fixture.js';
import { sample } from './sample.js';
import { readCorpus } from './text.js';
import { train } from './train.js';

test('training learns, validation with it', async () => {
  const { result } = await tinyRun(1, 80);
  expect(result.windows).toBe(80);
  expect(result.training).toHaveLength(80);
  expect(result.validation).toHaveLength(4);
  expect(result.training[0]?.bits).toBeGreaterThan(3);
  expect(result.evaluation.bits).toBeLessThan(2);
  expect(result.validation.at(-1)?.bits).toBe(result.evaluation.bits);
  const svg = curveSvg(result);
  expect(svg).toMatch(/^<svg[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
});

test('one seed gives the same bits, another seed others', async () => {
  const [first, again, other] = [await tinyRun(3, 10), await tinyRun(3, 10), await tinyRun(4, 10)];
  expect(hashParameters(again.model)).toBe(hashParameters(first.model));
  expect(hashParameters(other.model)).not.toBe(hashParameters(first.model));
  const { vocabulary } = tinyCorpus();
  const write = (model: CharModel): string => {
    return sample(model, vocabulary, { prime: 'the ', length: 40, temperature: 0.8, rng: new Rng(1) });
  };
  expect(write(again.model)).toBe(write(first.model));
  expect(write(first.model)).toHaveLength(40);
});

test('an interruption ends after the update that was going on', async () => {
  const controller = new AbortController();
  controller.abort();
  const { result } = await tinyRun(1, 80, controller.signal);
  expect(result.windows).toBe(1);
  expect(result.validation).toHaveLength(1);
});

const shakespeare = join(import.meta.dirname, '../../../../shared/data/tinyshakespeare.txt');
const missing = !existsSync(shakespeare);
if (missing) console.log('skipped: the text of tinyshakespeare is not beside the project (../shared/data)');

test.skipIf(missing)('tinyshakespeare: 65 characters, and the first windows learn', async () => {
  const corpus = readCorpus(shakespeare);
  expect(corpus.vocabulary.size).toBe(65);
  expect(corpus.training.length + corpus.validation.length).toBe(1_115_394);
  const model = new CharModel(65, { cell: 'gru', layers: 1, hidden: 32, dropout: 0 }, new Rng(1));
  const optimizer = new RMSprop(model.parameters(), { lr: 0.01, alpha: 0.95 });
  const plan = { batch: 16, stepsPerWindow: 32, windows: 20, clip: 5 };
  const small = { ...corpus, validation: corpus.validation.subarray(0, 5000) };
  const silent = { show: () => {}, stop: () => {} };
  const { training, evaluation } = await train(model, optimizer, small, plan, silent, new AbortController().signal);
  expect(training[0]?.bits).toBeCloseTo(Math.log2(65), 0);
  expect(evaluation.bits).toBeLessThan(4.81); // the entropy of single characters
});

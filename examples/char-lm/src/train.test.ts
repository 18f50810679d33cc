import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import { hashParameters } from './checksums.js';
import { curveSvg } from './curve.js';
import { evaluate } from './evaluate.js';
import type { CharModel } from './model.js';
import { silent, tinyCorpus, tinyOptions, tinyRun } from './run.fixture.js';
import { sample } from './sample.js';
import { readCorpus } from './text-file.js';
import { type Step, train } from './train.js';
import { beginTraining } from './training.js';

test('training learns, validation with it', async () => {
  const { model, windows, curve } = await tinyRun();
  expect(windows).toBe(80);
  expect(curve.training).toHaveLength(80);
  expect(curve.training[0]).toBeGreaterThan(3);
  expect(curve.validation.map(({ window }) => window)).toEqual([20, 40, 60]);
  const { bits } = evaluate(model, tinyCorpus.validation, tinyOptions.stepsPerWindow);
  expect(bits).toBeLessThan(2);
  expect(bits).toBeLessThan(curve.validation[0]?.bits ?? 0);
  expect(curveSvg(curve)).toMatch(/^<svg[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
});

test('one seed gives the same bits, another seed others', async () => {
  const run = async (seed: number): Promise<CharModel> => (await tinyRun({ seed, windows: 10 })).model;
  const [first, again, other] = [await run(3), await run(3), await run(4)];
  expect(hashParameters(again)).toBe(hashParameters(first));
  expect(hashParameters(other)).not.toBe(hashParameters(first));
  const write = (model: CharModel): string => {
    return sample(model, tinyCorpus.vocabulary, { prime: 'the ', length: 40, temperature: 0.8, rng: new Rng(1) });
  };
  expect(write(again)).toBe(write(first));
  expect(write(first)).toHaveLength(40);
});

test('an interruption ends after the update that was going on; it is saved then, and now and then before', async () => {
  const controller = new AbortController();
  let seen = 0;
  const saved: number[] = [];
  const show = ({ window }: Step): void => {
    seen = window;
    if (window === 7) controller.abort();
  };
  const { windows } = await tinyRun(
    { checkpointEvery: 3 },
    { show, signal: controller.signal, save: () => saved.push(seen) },
  );
  expect(windows).toBe(7);
  expect(saved).toEqual([3, 6, 7]);
});

const shakespeare = join(import.meta.dirname, '../../../../shared/data/tinyshakespeare.txt');
const missing = !existsSync(shakespeare);
if (missing) console.log('skipped: the text of tinyshakespeare is not beside the project (../shared/data)');

test.skipIf(missing)('tinyshakespeare: 65 characters, and the first windows learn', async () => {
  const corpus = readCorpus(shakespeare, tinyOptions);
  expect(corpus.vocabulary.size).toBe(65);
  expect(corpus.characters).toBe(1_115_394);
  expect(corpus.training.length + corpus.validation.length).toBe(1_115_394);
  const options = { ...tinyOptions, cell: 'gru', layers: 1, hidden: 32, dropout: 0, batch: 16, windows: 20 } as const;
  const training = beginTraining(65, options, new Rng(1));
  await train(training, corpus, { ...options, stepsPerWindow: 32, evaluateEvery: 100 }, silent);
  expect(training.curve.training[0]).toBeCloseTo(Math.log2(65), 0);
  const { bits } = evaluate(training.model, corpus.validation.subarray(0, 5000), 32);
  expect(bits).toBeLessThan(4.81); // the entropy of single characters
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapTensors, Rng, type Tensor, zeros } from '@unroll/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Checkpoint } from './checkpoint.js';
import { loadCheckpoint, saveCheckpoint } from './checkpoint-file.js';
import type { Options } from './options.js';
import { checkText, takeOver } from './resume.js';
import { resumedOptions } from './resumed-options.js';
import { beginTiny, silent, tinyCorpus, tinyOptions, tinyRun } from './run.fixture.js';
import { corpusOf } from './text.js';
import { train } from './train.js';
import type { Training } from './training.js';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'char-lm-'));
  path = join(folder, 'checkpoint.safetensors');
});
afterEach(() => rmSync(folder, { recursive: true }));

const zerosOf = ({ shape, dtype }: Tensor): Tensor => zeros(shape, { dtype });

/** Everything about a training, as bytes. */
function bytesOf(training: Training, options: Options): Buffer {
  saveCheckpoint(path, training, tinyCorpus, options);
  return readFileSync(path);
}

/** The first windows in one training, the rest in another that knows only the file. */
async function inTwo(first: number, options: Options): Promise<Buffer> {
  saveCheckpoint(path, await tinyRun({ ...options, windows: first }), tinyCorpus, { ...options, windows: first });
  const checkpoint = loadCheckpoint(path);
  const resumed = resumedOptions(path, checkpoint, { windows: options.windows });
  const training = takeOver(beginTiny({ ...resumed, seed: 99 }), checkpoint, resumed);
  await train(training, tinyCorpus, resumed, silent);
  return bytesOf(training, resumed);
}

describe('two parts leave what one leaves, to the last bit', () => {
  const cases = [
    { cell: 'lstm', dropout: 0.1, layers: 2 },
    { cell: 'gru', dropout: 0.3, layers: 3 },
    { cell: 'rnn', dropout: 0, layers: 1 },
  ] as const;
  test.each(cases)('$cell, dropout $dropout', async (shape) => {
    const options = { ...tinyOptions, ...shape, windows: 60, evaluateEvery: 9 };
    const whole = bytesOf(await tinyRun(options), options);
    // A pass takes 27 windows; at 27 and 54 the text begins anew, and at 45 the validation text is due.
    for (const first of [1, 26, 27, 28, 45, 54, 59]) expect(whole.equals(await inTwo(first, options))).toBe(true);
  });

  test('and not without any of its parts', async () => {
    const options = { ...tinyOptions, windows: 20 };
    const whole = bytesOf(await tinyRun(options), options);
    saveCheckpoint(path, await tinyRun({ windows: 10 }), tinyCorpus, options);
    const checkpoint = loadCheckpoint(path);
    const equalAfter = async (changes: Partial<Checkpoint>): Promise<boolean> => {
      const curve = structuredClone(checkpoint.curve);
      const training = takeOver(beginTiny(options), { ...checkpoint, curve, ...changes }, options);
      await train(training, tinyCorpus, options, silent);
      return whole.equals(bytesOf(training, options));
    };
    const { model, optimizer, state } = checkpoint;
    expect(await equalAfter({})).toBe(true);
    expect(await equalAfter({ state: mapTensors(state, zerosOf) })).toBe(false);
    expect(await equalAfter({ model: { ...model, 'cell.dropout.rng': new Rng(3).state() } })).toBe(false);
    expect(await equalAfter({ optimizer: mapTensors(optimizer, zerosOf) })).toBe(false);
    expect(await equalAfter({ curve: { training: [], validation: [] } })).toBe(false);
  });
});

describe('what the command line may say anew', () => {
  async function checkpoint(): Promise<Checkpoint> {
    saveCheckpoint(path, await tinyRun({ windows: 5 }), tinyCorpus, { ...tinyOptions, windows: 5, lr: 0.03 });
    return loadCheckpoint(path);
  }

  test('what is not said is as it was; the folder is that of the file', async () => {
    const options = resumedOptions(path, await checkpoint(), { windows: 9, hidden: 12, lr: 0.02, temperature: 2 });
    expect(options).toEqual({ ...tinyOptions, windows: 9, lr: 0.02, temperature: 2, out: folder, resume: path });
    expect(resumedOptions(path, await checkpoint(), { out: 'there' })).toMatchObject({
      out: 'there',
      lr: 0.03,
      windows: 5,
    });
  });

  test('another learning rate holds from there on', async () => {
    const before = await checkpoint();
    const options = resumedOptions(path, before, { lr: 0.5 });
    expect(takeOver(beginTiny(options), before, options).optimizer.lr).toBe(0.5);
  });

  test('what would make it another training is refused', async () => {
    const before = await checkpoint();
    const refusal = (given: Partial<Options>): string => {
      try {
        resumedOptions('FILE', before, given);
      } catch (error) {
        return String(error);
      }
      return 'nothing was wrong';
    };
    expect(refusal({ hidden: 13, stepsPerWindow: 12 })).toMatchInlineSnapshot(
      `"UsageError: FILE cannot go on like this: --hidden is 12 there and 13 here. Leave out what differs, or --resume to begin anew."`,
    );
    expect(
      refusal({ cell: 'gru', dropout: 0, batch: 5, stepsPerWindow: 13, seed: 2, layers: 1 }),
    ).toMatchInlineSnapshot(
      `"UsageError: FILE cannot go on like this: --cell is lstm there and gru here, --layers is 2 there and 1 here, --dropout is 0.1 there and 0 here, --batch is 4 there and 5 here, --steps-per-window is 12 there and 13 here, --seed is 1 there and 2 here. Leave out what differs, or --resume to begin anew."`,
    );
    expect(refusal({ windows: 4 })).toMatchInlineSnapshot(
      `"UsageError: --windows is 4, but FILE has 5 behind it. Pass a larger number."`,
    );
  });

  test('another text is refused, and the same one under another name is not', async () => {
    const before = await checkpoint();
    const text = 'the cat sat on the mat.\n'.repeat(60);
    const refusal = (other: string): string => {
      try {
        checkText('FILE', before, corpusOf('TEXT', other));
      } catch (error) {
        return String(error);
      }
      return 'nothing was wrong';
    };
    expect(refusal(text)).toBe('nothing was wrong');
    expect(refusal(text.replaceAll('c', 'b'))).toMatchInlineSnapshot(
      `"UsageError: TEXT is not the text of FILE: it lacks "c". Pass that one with --text FILE, or leave out --resume."`,
    );
    expect(refusal(`${text}0123456`)).toMatchInlineSnapshot(
      `"UsageError: TEXT is not the text of FILE: it also has "0", "1", "2", "3", "4" and 2 others. Pass that one with --text FILE, or leave out --resume."`,
    );
    expect(refusal(`${text}at`)).toMatchInlineSnapshot(
      `"UsageError: TEXT is not the text of FILE: it has 1442 characters instead of 1440. Pass that one with --text FILE, or leave out --resume."`,
    );
    expect(refusal(text.replace('cat', 'tac'))).toMatchInlineSnapshot(
      `"UsageError: TEXT is not the text of FILE: it has as many characters, but not the same. Pass that one with --text FILE, or leave out --resume."`,
    );
  });
});

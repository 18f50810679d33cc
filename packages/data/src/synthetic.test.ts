/** What holds for every generator: its data follow from the seed alone, and what it cannot draw it refuses. */
import { Rng, Tensor } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { CharVocabulary, WordVocabulary } from './index.js';
import * as synthetic from './synthetic/index.js';

type Generator = (options: { readonly rng: Rng }) => object;

const generators: Readonly<Record<string, Generator>> = {
  addingProblem: (options) => synthetic.addingProblem({ count: 3, steps: 6, ...options }),
  anbn: (options) => synthetic.anbn({ count: 8, largest: 20, ...options }),
  continualReber: (options) => synthetic.continualReber({ count: 2, steps: 30, ...options }),
  copyMemory: (options) => synthetic.copyMemory({ count: 3, lag: 4, ...options }),
  dates: (options) => synthetic.dates({ count: 3, ...options }),
  dialogue: (options) => synthetic.dialogue({ count: 3, ...options }),
  digitBitmaps: (options) => synthetic.digitBitmaps({ count: 2, ...options }),
  digitSums: (options) => synthetic.digitSums({ count: 3, ...options }),
  embeddedReber: (options) => synthetic.embeddedReber({ count: 3, ...options }),
  listOps: (options) => synthetic.listOps({ count: 3, ...options }),
  movingShapes: (options) => synthetic.movingShapes({ count: 2, steps: 3, size: 8, ...options }),
  numberWords: (options) => synthetic.numberWords({ count: 3, ...options }),
  reber: (options) => synthetic.reber({ count: 3, ...options }),
  reviews: (options) => synthetic.reviews({ count: 3, part: 'train', ...options }),
  ringWalk: (options) => synthetic.ringWalk({ count: 3, steps: 8, ...options }),
  scenes: (options) => synthetic.scenes({ count: 3, ...options }),
  sensorSeries: (options) => synthetic.sensorSeries({ steps: 9, ...options }),
  stockSeries: (options) => synthetic.stockSeries({ steps: 9, ...options }),
  tagGrammar: (options) => synthetic.tagGrammar({ count: 3, ...options }),
  temporalOrder: (options) => synthetic.temporalOrder({ count: 8, steps: 12, relevant: 3, ...options }),
  tones: (options) => synthetic.tones({ count: 2, ...options }),
};

/** A structure with the numbers of its tensors. */
function plain(value: unknown): unknown {
  if (value instanceof Tensor) return { dtype: value.dtype, shape: value.shape, numbers: [...value.data] };
  if (value instanceof CharVocabulary || value instanceof WordVocabulary) return value.toJSON();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}

describe.each(Object.entries(generators))('%s', (name, generate) => {
  test('draws the same from the same seed, something else from another, and goes on with its generator', () => {
    const first = plain(generate({ rng: new Rng(1) }));
    expect(plain(generate({ rng: new Rng(1) }))).toEqual(first);
    expect(plain(generate({ rng: new Rng(2) }))).not.toEqual(first);
    const rng = new Rng(1);
    expect(plain(generate({ rng }))).toEqual(first);
    expect(plain(generate({ rng }))).not.toEqual(first);
  });

  test('refuses what it does not know, sizes that are none, and to draw without a generator', () => {
    const refuse = (wrong: object): string => {
      try {
        generate({ rng: new Rng(1), ...wrong });
      } catch (error) {
        return String(error);
      }
      return 'accepted';
    };
    const size = name.endsWith('Series') ? 'steps' : 'count';
    expect(refuse({ seed: 1 })).toContain(`ValueError: synthetic.${name}: unknown option 'seed'; the options are`);
    expect(refuse({ [size]: 0 })).toContain(`ValueError: synthetic.${name}: ${size} is 0; it must be a whole number`);
    expect(refuse({ rng: undefined })).toContain(`ValueError: synthetic.${name}: rng is undefined; rng must be`);
  });
});

test('every generator is in the table above', () => {
  const others = [
    'airlinePassengers',
    'anbnBaseline',
    'copyMemoryBaseline',
    'numberToWords',
    'predictsLegal',
    'temporalOrderBaseline',
  ];
  const functions = Object.entries(synthetic).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
  expect(functions.sort()).toEqual([...Object.keys(generators), ...others].sort());
});

test('messages of all generators', () => {
  const wrong: object = { count: 3, steps: 6, rng: new Rng(1), seed: 1 };
  expect(() => generators.addingProblem?.(wrong as { rng: Rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.addingProblem: unknown option 'seed'; the options are count, rng, steps. Correct the name, or leave it out.]`,
  );
  const none: object = { rng: undefined };
  expect(() => generators.addingProblem?.(none as { rng: Rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.addingProblem: rng is undefined; rng must be an Rng of @unroll/core, so that the same data can be drawn again. Pass { rng: new Rng(1) }.]`,
  );
  const empty: object = { rng: new Rng(1), count: 0 };
  expect(() => generators.addingProblem?.(empty as { rng: Rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.addingProblem: count is 0; it must be a whole number of at least 1. Correct count.]`,
  );
  const endless: object = { rng: new Rng(1), steps: Number.POSITIVE_INFINITY };
  expect(() => generators.stockSeries?.(endless as { rng: Rng })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.stockSeries: steps is Infinity; it must be a whole number of at least 1. Correct steps.]`,
  );
});

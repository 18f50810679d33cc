import '@unroll/kernels/reference';
import { manualSeed, mul, Rng, randn, slice, stack, sum, Tape, type Tensor, tensor, zeros } from '@unroll/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crossEntropy } from '../losses.js';
import type { GRUState } from '../recurrent/cells/index.js';
import type { RealStepsOptions } from '../recurrent/lengths.js';
import { unroll } from '../recurrent/unroll.js';
import { type Decoded, decode } from './decode.js';
import type { DecodeOptions } from './feed.js';
import { greedy } from './greedy.js';
import { LanguageModel, RUNS, rowOf, seeds, tableModel } from './models.fixture.js';
import { sample } from './sample.js';
import type { TokenModel, TokenStep } from './token-model.js';

const ids = (rows: readonly (readonly number[])[]): Tensor => tensor(rows, { dtype: 'int32' });
const randomIds = (shape: readonly [number, number], vocabularySize: number, seed: number): Tensor => {
  const rng = new Rng(seed);
  return tensor(
    Int32Array.from({ length: shape[0] * shape[1] }, () => rng.integer(vocabularySize)),
    { shape },
  );
};

/** All numbers of a result. */
const numbersOf = ({ finalState, ...rest }: Decoded<GRUState>): unknown =>
  Object.entries({ ...rest, h: finalState.h }).map(([name, t]) => [name, t.toArray()]);

/** A model, what it should write, and where it begins. */
const settings = fc
  .record({ seed: seeds, batch: fc.integer({ min: 1, max: 3 }), steps: fc.integer({ min: 1, max: 6 }) })
  .map(({ seed, batch, steps }) => {
    const model = new LanguageModel(4, seed, 'float32');
    const begin = Array.from({ length: batch }, (_, n) => n);
    return { model, targets: randomIds([batch, steps], 4, seed), state: model.randomState(batch, seed), begin, seed };
  });

describe('teacher forcing', () => {
  test('is the model run along the targets, by hand', () => {
    const model = new LanguageModel(4, 1, 'float32');
    const state = model.randomState(2, 2);
    const targets = ids([
      [1, 2, 3],
      [3, 0, 0],
    ]);
    const tape = new Tape();
    const gradients = (run: () => { readonly logits: Tensor; readonly h: Tensor }): unknown[] => {
      const { loss, logits, h } = tape.record(() => {
        const found = run();
        return { ...found, loss: crossEntropy(found.logits, targets) };
      });
      for (const parameter of model.parameters()) parameter.zeroGrad();
      tape.backward(loss);
      return [loss, logits, h, ...model.parameters().map(({ grad }) => grad)].map((t) => t?.toArray());
    };
    const byHand = gradients(() => {
      const first = model.step(tensor([2, 3], { dtype: 'int32' }), state);
      const second = model.step(tensor([1, 3], { dtype: 'int32' }), first.state);
      const third = model.step(tensor([2, 0], { dtype: 'int32' }), second.state);
      return { logits: stack([first.logits, second.logits, third.logits], 1), h: third.state.h };
    });
    const decoded = gradients(() => {
      const { logits, finalState, inputs } = decode(model, targets, { state, begin: [2, 3] });
      expect(inputs.toArray()).toEqual([
        [2, 1, 2],
        [3, 3, 0],
      ]);
      return { logits, h: finalState.h };
    });
    expect(decoded).toEqual(byHand);
  });

  test('is what a probability of 1 gives, for all steps or each, and draws nothing', () => {
    fc.assert(
      fc.property(settings, ({ model, targets, state, begin, seed }) => {
        const plain = numbersOf(decode(model, targets, { state, begin }));
        const rng = new Rng(seed);
        const before = rng.state();
        expect(numbersOf(decode(model, targets, { state, begin, teacherForcing: 1, rng }))).toEqual(plain);
        const byStep = { state, begin, teacherForcing: () => 1, rng, choose: 'argmax' } as const;
        expect(numbersOf(decode(model, targets, byStep))).toEqual(plain);
        expect(rng.state()).toEqual(before);
      }),
      RUNS,
    );
  });
});

/** Takes all steps at once where it can. */
class AtOnce extends LanguageModel {
  runs = 0;
  forward(ids: Tensor, state: GRUState, options: RealStepsOptions = {}): TokenStep<GRUState> {
    this.runs += 1;
    const { outputs, finalState } = unroll(this.cell, ids, { ...options, initialState: state });
    return { logits: this.head.forward(outputs), state: finalState };
  }
}

test('a model that can takes all steps at once where the truth is all it reads', () => {
  const [stepping, model] = [new LanguageModel(4, 1, 'float32'), new AtOnce(4, 1, 'float32')];
  const state = model.randomState(3, 2);
  const targets = ids([
    [1, 2, 3],
    [3, -1, -1],
    [0, 2, -1],
  ]);
  const options = { state, begin: [3, 2, 1], lengths: [3, 1, 2] };
  expect(numbersOf(decode(model, targets, options))).toEqual(numbersOf(decode(stepping, targets, options)));
  expect(model.runs).toBe(1);
  decode(model, targets, { ...options, teacherForcing: () => 1 });
  expect(model.runs).toBe(1);
  const wrong = { vocabularySize: 4, step: model.step, forward: () => ({ logits: zeros([3, 4]), state }) };
  expect(() => decode(wrong, targets, options)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: decode: the logits break the contract of a token model. logits is [3, 4]; with these ids and this vocabularySize they must be [3, 3, 4]. Score each token of the vocabulary once for each id.]`,
  );
});

describe('free running', () => {
  test('writes what sample and greedy write, to the bit', () => {
    fc.assert(
      fc.property(settings, ({ model, targets, state, begin, seed }) => {
        const steps = targets.shape[1] as number;
        for (const [choose, written] of [
          ['sample', sample(model, { state, begin, maxLength: steps, rng: new Rng(seed) })],
          ['argmax', greedy(model, { state, begin, maxLength: steps })],
        ] as const) {
          const options = { state, begin, teacherForcing: 0, choose, rng: new Rng(seed) };
          const free = decode(model, targets, options);
          expect(slice(free.inputs, 1, 1).toArray()).toEqual(
            written.map(({ ids: own }) => Array.from(own.slice(0, -1))),
          );
          // Whatever the targets are, and as if it had been made to read its own.
          const others = randomIds([begin.length, steps], 4, seed + 1);
          const own = tensor(Int32Array.from(written.flatMap((one) => [...one.ids])), { shape: targets.shape });
          expect(numbersOf(decode(model, others, { ...options, rng: new Rng(seed) }))).toEqual(numbersOf(free));
          expect(numbersOf(decode(model, own, { state, begin }))).toEqual(numbersOf(free));
        }
      }),
      RUNS,
    );
  });

  test('has no gradient through its choices: only through what was computed from them', () => {
    const model = new LanguageModel(4, 1, 'float32');
    const state = model.randomState(2, 2);
    const targets = randomIds([2, 5], 4, 3);
    const tape = new Tape();
    const gradients = (options: DecodeOptions<typeof state>, truth = targets): unknown[] => {
      const loss = tape.record(() =>
        sum(mul(decode(model, truth, options).logits, randn([2, 5, 4], { rng: new Rng(4) }))),
      );
      for (const parameter of model.parameters()) parameter.zeroGrad();
      tape.backward(loss);
      return model.parameters().map(({ grad }) => grad?.toArray());
    };
    const options = { state, begin: 0, teacherForcing: 0, rng: new Rng(5) };
    const { inputs } = decode(model, targets, options);
    const own = ids(slice(inputs, 1, 1).toArray() as number[][]);
    const written = tensor(Int32Array.from([0, 1].flatMap((n) => [...own.data.slice(4 * n, 4 * n + 4), 0])), {
      shape: [2, 5],
    });
    expect(gradients({ ...options, rng: new Rng(5) })).toEqual(gradients({ state, begin: 0 }, written));
  });
});

describe('scheduled sampling', () => {
  // It never chooses 1, which is every target.
  const model = tableModel([
    [0, -Infinity],
    [0, -Infinity],
  ]);
  const targets = tensor(new Int32Array(200 * 51).fill(1), { shape: [200, 51] });
  const options = { state: null, begin: 1, rng: new Rng(6) };

  test('reads the truth as often as it is told, each sequence and step by itself', () => {
    const { inputs } = decode(model, targets, { ...options, teacherForcing: 0.3 });
    const decided = Array.from(slice(inputs, 1, 1).data);
    const mean = decided.reduce((total, id) => total + id, 0) / decided.length;
    expect(Math.abs(mean - 0.3)).toBeLessThan(3.29 * Math.sqrt((0.3 * 0.7) / 10_000)); // once in a thousand
    // Neighbours in time and in the batch agree as often as chance has it.
    for (const distance of [1, 50]) {
      const pairs = decided.slice(distance).map((id, i) => (id === decided[i] ? 1 : 0));
      const agree = pairs.reduce<number>((total, same) => total + same, 0) / pairs.length;
      expect(Math.abs(agree - 0.58)).toBeLessThan(0.03);
    }
  });

  test('follows a probability that is a function of the step', () => {
    const asked: number[] = [];
    const { inputs } = decode(model, targets, {
      ...options,
      teacherForcing: (step) => {
        asked.push(step);
        return step < 20 ? 1 : 0;
      },
    });
    expect(asked).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    const row = Array.from({ length: 51 }, (_, t) => (t < 20 ? 1 : 0));
    expect(inputs.toArray()).toEqual(Array.from({ length: 200 }, () => row));
  });

  test('draws from the shared generator unless given one', () => {
    const run = (): unknown => decode(model, targets, { state: null, begin: 1, teacherForcing: 0.5 }).inputs.toArray();
    manualSeed(1);
    const first = run();
    expect(run()).not.toEqual(first);
    manualSeed(1);
    expect(run()).toEqual(first);
  });
});

describe('lengths', () => {
  test('batched equals one by one', () => {
    const model = new LanguageModel(4, 1);
    const state = model.randomState(3, 2);
    const targets = randomIds([3, 5], 4, 3);
    const lengths = [5, 1, 3];
    for (const teacherForcing of [0, 1]) {
      const options = { begin: 1, teacherForcing, choose: 'argmax' } as const;
      const together = decode(model, targets, { ...options, state, lengths });
      lengths.forEach((length, n) => {
        const alone = decode(model, slice(rowOf(targets, n), 1, 0, length), { ...options, state: rowOf(state, n) });
        expect(slice(rowOf(together.logits, n), 1, 0, length).toArray()).toEqual(alone.logits.toArray());
        expect(rowOf(together.finalState, n).h.toArray()).toEqual(alone.finalState.h.toArray());
        expect(slice(rowOf(together.inputs, n), 1, 0, length).toArray()).toEqual(alone.inputs.toArray());
      });
      expect(together.mask.toArray()).toEqual([
        [1, 1, 1, 1, 1],
        [1, 0, 0, 0, 0],
        [1, 1, 1, 0, 0],
      ]);
    }
  });

  test('padding may hold anything: a loss with the mask does not see it', () => {
    const model = new LanguageModel(4, 1, 'float32');
    const state = model.randomState(2, 2);
    const tape = new Tape();
    const results = [
      [
        [1, 2, 3],
        [3, 0, 2],
      ],
      [
        [1, 2, 3],
        [3, -7, 99],
      ],
    ].map((rows) => {
      const targets = ids(rows);
      const loss = tape.record(() => {
        const { logits, mask } = decode(model, targets, {
          state,
          begin: 0,
          teacherForcing: 0.5,
          lengths: [3, 1],
          rng: new Rng(1),
        });
        return crossEntropy(logits, targets, { mask });
      });
      for (const parameter of model.parameters()) parameter.zeroGrad();
      tape.backward(loss);
      return [loss, ...model.parameters().map(({ grad }) => grad)].map((t) => t?.toArray());
    });
    expect(results[1]).toEqual(results[0]);
  });

  test('a step in the padding repeats the last logits and keeps a state of any structure', () => {
    type State = readonly [{ readonly count: Tensor }];
    const model: TokenModel<State> = {
      vocabularySize: 2,
      step(_read, [{ count }]) {
        const next = tensor(Int32Array.from(count.data, (n) => n + 1));
        const logits = tensor(Array.from(next.data, (n) => [n, 10 * n]));
        return { logits, state: [{ count: next }] };
      },
    };
    const state: State = [{ count: tensor([0, 0], { dtype: 'int32' }) }];
    const { logits, finalState } = decode(
      model,
      ids([
        [1, 1, 1],
        [1, 1, 1],
      ]),
      { state, begin: 0, lengths: [3, 2] },
    );
    expect(logits.toArray()).toEqual([
      [
        [1, 10],
        [2, 20],
        [3, 30],
      ],
      [
        [1, 10],
        [2, 20],
        [2, 20],
      ],
    ]);
    expect(finalState[0].count.toArray()).toEqual([3, 2]);
  });
});

test('all steps are one run of the model', () => {
  const seen: string[] = [];
  const model: TokenModel<null> = {
    ...tableModel([[0]]),
    inRun(fn) {
      seen.push('begin');
      const result = fn();
      seen.push('end');
      return result;
    },
    step(read, state) {
      seen.push('step');
      return tableModel([[0]]).step(read, state);
    },
  };
  decode(model, ids([[0, 0]]), { state: null, begin: 0 });
  expect(seen).toEqual(['begin', 'step', 'step', 'end']);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cosineDecay, exponentialDecay, inverseSigmoidDecay, type Schedule, stepDecay, warmup } from './index.js';
import { fixture } from './pytorch.fixture.js';

const cosine = cosineDecay({ initial: 0.1, steps: 15 });
const like: Readonly<Record<keyof typeof fixture.schedules, Schedule>> = {
  stepDecay: stepDecay({ initial: 0.1, gamma: 0.3, stepSize: 7 }),
  exponentialDecay: exponentialDecay({ initial: 0.1, gamma: 0.93 }),
  cosineDecay: cosineDecay({ initial: 0.1, steps: 30, final: 0.01 }),
  cosineDecayRestarted: (step) => cosine(step % 15),
  warmup: warmup(() => 0.1, { steps: 8, startFactor: 0.25 }),
  warmupCosineDecay: warmup(cosineDecay({ initial: 0.1, steps: 20 }), { steps: 8, startFactor: 0.25 }),
};

test.each(Object.entries(like))('%s is as in PyTorch', (name, schedule) => {
  const expected = fixture.schedules[name as keyof typeof fixture.schedules];
  expect(expected.length).toBeGreaterThan(10);
  // PyTorch computes each rate from the last, and so gathers rounding errors.
  for (const [step, rate] of expected.entries()) expect(Math.abs(schedule(step) - rate)).toBeLessThan(1e-15);
});

test('an inverse sigmoid follows its formula', () => {
  for (const k of [1, 2.5, 100]) {
    const schedule = inverseSigmoidDecay({ k });
    for (let step = 0; step < 20 * k; step++) {
      expect(schedule(step)).toBeCloseTo(k / (k + Math.exp(step / k)), 14);
    }
    expect(schedule(k * Math.log(k))).toBeCloseTo(0.5, 14);
    expect(schedule(1e6)).toBe(0); // eˣ overflows, and nothing else does
  }
});

test('steps may be fractions', () => {
  expect(exponentialDecay({ initial: 1, gamma: 0.25 })(1.5)).toBe(0.125);
  expect(cosineDecay({ initial: 1, steps: 3 })(1.5)).toBe(0.5);
  expect(stepDecay({ initial: 1, gamma: 0.5, stepSize: 0.5 })(1.75)).toBe(0.125);
  expect(warmup(() => 1, { steps: 0.5 })(0.125)).toBe(0.25);
});

test('a decay never rises, stays within its ends and reaches them', () => {
  const end = fc.double({ min: 0, max: 10, noNaN: true });
  fc.assert(
    fc.property(end, end, fc.integer({ min: 1, max: 1000 }), (a, b, steps) => {
      const [initial, final] = [Math.max(a, b), Math.min(a, b)];
      const schedule = cosineDecay({ initial, final, steps });
      const rates = Array.from({ length: steps + 2 }, (_, step) => schedule(step));
      expect(rates.every((rate, step) => step === 0 || rate <= (rates[step - 1] as number))).toBe(true);
      expect([rates[steps], rates[steps + 1]]).toEqual([final, final]);
      expect(rates[0]).toBeCloseTo(initial, 14);
    }),
  );
});

test('the bits are those of the elementary functions, on every engine', () => {
  const rates = [like.stepDecay(39), like.exponentialDecay(39), like.cosineDecay(7), like.warmupCosineDecay(13)];
  expect([...rates, inverseSigmoidDecay({ k: 100 })(321)]).toMatchInlineSnapshot(`
    [
      0.00024299999999999994,
      0.005899768810184915,
      0.08844151714648274,
      0.08535533905932738,
      0.8014163512947333,
    ]
  `);
});

describe('refused are', () => {
  test('options', () => {
    const make = (of: (options: never) => Schedule, options: object) => () => of(options as never);
    expect(make(stepDecay, { initial: -1, gamma: 0.5, stepSize: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: stepDecay: initial is -1; initial must be a finite number of at least 0. Correct initial.]`,
    );
    expect(make(stepDecay, { initial: 1, gamma: 0.5, stepSize: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: stepDecay: stepSize is 0; stepSize must be a finite number above 0. Correct stepSize.]`,
    );
    expect(make(stepDecay, { initial: 1, gamma: 0.5 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: stepDecay: stepSize is undefined; stepSize must be a finite number above 0. Correct stepSize.]`,
    );
    expect(make(exponentialDecay, { initial: 1, gamma: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exponentialDecay: gamma is 0; gamma must be a finite number above 0. Correct gamma.]`,
    );
    expect(make(exponentialDecay, { lr: 1, gamma: 0.5 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exponentialDecay: unknown option 'lr'; the options are initial, gamma. Correct the name, or leave it out.]`,
    );
    expect(make(cosineDecay, { initial: 1, steps: Number.NaN })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: cosineDecay: steps is NaN; steps must be a finite number above 0. Correct steps.]`,
    );
    expect(make(cosineDecay, { initial: 1, steps: 1, final: -1 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: cosineDecay: final is -1; final must be a finite number of at least 0. Correct final.]`,
    );
    expect(make(cosineDecay, { initial: 1, steps: 1, min: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: cosineDecay: unknown option 'min'; the options are initial, steps, final. Correct the name, or leave it out.]`,
    );
    expect(make(inverseSigmoidDecay, { k: 0.5 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: inverseSigmoidDecay: k is 0.5; k must be a finite number of at least 1. Correct k.]`,
    );
    expect(make(inverseSigmoidDecay, { k: 10, c: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: inverseSigmoidDecay: unknown option 'c'; the options are k. Correct the name, or leave it out.]`,
    );
    const wrap = (options: object) => () => warmup(() => 1, options as { steps: number });
    expect(wrap({ steps: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: warmup: steps is 0; steps must be a finite number above 0. Correct steps.]`,
    );
    expect(wrap({ steps: 5, startFactor: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: warmup: startFactor is 1; startFactor must be a number from 0 up to, not including, 1. Correct startFactor.]`,
    );
    expect(wrap({ steps: 5, start: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: warmup: unknown option 'start'; the options are steps, startFactor. Correct the name, or leave it out.]`,
    );
  });

  test('steps before the first', () => {
    expect(() => like.warmup(-1)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: warmup: step is -1; step must be a finite number of at least 0. Correct step.]`,
    );
    for (const schedule of [like.stepDecay, like.exponentialDecay, like.cosineDecay, inverseSigmoidDecay({ k: 2 })]) {
      expect(() => schedule(-1)).toThrow('step is -1; step must be a finite number of at least 0.');
      expect(() => schedule(Number.NaN)).toThrow('step is NaN');
    }
  });
});

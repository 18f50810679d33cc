import { expect, test } from 'vitest';
import { ReduceOnPlateau, type ReduceOnPlateauOptions, type ReduceOnPlateauState } from './index.js';
import { fixture } from './pytorch.fixture.js';

test.each(fixture.reduceOnPlateau)('is as in PyTorch with $options', ({ options, measures, values }) => {
  const plateau = new ReduceOnPlateau(options);
  expect(plateau.value).toBe(options.initial);
  expect(measures.map((measure) => plateau.update(measure))).toEqual(values);
  expect(plateau.value).toBe(values.at(-1));
});

test.each(fixture.reduceOnPlateau)('goes on from its state with $options', ({ options, measures, values }) => {
  for (let stop = 0; stop <= measures.length; stop++) {
    const before = new ReduceOnPlateau(options);
    for (const measure of measures.slice(0, stop)) before.update(measure);
    const after = new ReduceOnPlateau(options);
    after.loadStateDict(JSON.parse(JSON.stringify(before.stateDict())) as ReduceOnPlateauState);
    expect(measures.slice(stop).map((measure) => after.update(measure))).toEqual(values.slice(stop));
  }
});

test('below 0 a threshold still asks for more, not for less', () => {
  const options: ReduceOnPlateauOptions = { initial: 1, factor: 0.5, patience: 0, threshold: 0.1 };
  const falling = new ReduceOnPlateau(options);
  expect([-10, -10.5, -11.5].map((measure) => falling.update(measure))).toEqual([1, 0.5, 0.5]);
  const rising = new ReduceOnPlateau({ ...options, mode: 'max' });
  expect([-10, -9.5, -8.5].map((measure) => rising.update(measure))).toEqual([1, 0.5, 0.5]);
});

test('an infinite loss is no improvement', () => {
  const plateau = new ReduceOnPlateau({ initial: 1, factor: 0.5, patience: 1 });
  const worst = Number.POSITIVE_INFINITY;
  expect([worst, worst, 7].map((measure) => plateau.update(measure))).toEqual([1, 0.5, 0.5]);
  expect(plateau.stateDict()).toEqual({ value: 0.5, best: 7, bad: 0, cooldown: 0 });
});

test('what makes no sense is refused', () => {
  const make = (options: object) => () => new ReduceOnPlateau({ initial: 1, ...options });
  expect(make({ factor: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ReduceOnPlateau: factor is 1; factor must be a number from 0 up to, not including, 1. Correct factor.]`,
  );
  expect(make({ patience: 1.5 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ReduceOnPlateau: patience is 1.5; it must be a whole number of at least 0. Correct patience.]`,
  );
  expect(make({ cooldown: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ReduceOnPlateau: cooldown is -1; it must be a whole number of at least 0. Correct cooldown.]`,
  );
  expect(make({ mode: 'least' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ReduceOnPlateau: mode is least; mode must be one of 'min', 'max'. Correct mode.]`,
  );
  expect(make({ threshold: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ReduceOnPlateau: threshold is -1; threshold must be a finite number of at least 0. Correct threshold.]`,
  );
  expect(make({ initial: Number.NaN })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ReduceOnPlateau: initial is NaN; initial must be a finite number of at least 0. Correct initial.]`,
  );
  expect(make({ min: 2 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ReduceOnPlateau: min is 2 and initial is 1; it falls from initial to min at most. Pass a smaller min.]`,
  );
  expect(make({ minLr: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ReduceOnPlateau: unknown option 'minLr'; the options are initial, factor, patience, mode, threshold, cooldown, min. Correct the name, or leave it out.]`,
  );
  const plateau = new ReduceOnPlateau({ initial: 1 });
  plateau.update(3);
  const state = plateau.stateDict();
  expect(() => plateau.update(Number.NaN)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: ReduceOnPlateau.update: the measure is NaN; NaN is neither better nor worse than another number. Look for where the loss became NaN.]`,
  );
  expect(() => plateau.loadStateDict({ ...state, best: Number.NaN })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: ReduceOnPlateau.loadStateDict: best is NaN; best must be a number, or null before the first update. Pass what stateDict() returned.]`,
  );
  expect(() => plateau.loadStateDict({ ...state, bad: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: ReduceOnPlateau.loadStateDict: bad is -1; it must be a whole number of at least 0. Correct bad.]`,
  );
  expect(() => plateau.loadStateDict({ ...state, cooldown: 0.5 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: ReduceOnPlateau.loadStateDict: cooldown is 0.5; it must be a whole number of at least 0. Correct cooldown.]`,
  );
  expect(() => plateau.loadStateDict({ ...state, value: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: ReduceOnPlateau.loadStateDict: value is -1; value must be a finite number of at least 0. Correct value.]`,
  );
  expect(plateau.stateDict()).toEqual(state);
});

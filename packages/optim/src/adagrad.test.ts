import { Parameter, tensor, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { Adagrad, type AdagradOptions } from './index.js';
import { distance, plainTrace, trace } from './trace.fixture.js';

/** s ← s + g², p ← p − lr / (1 + lrDecay·(t − 1)) · g / (√s + eps), written for one number. */
function plainAdagrad(options: AdagradOptions) {
  const { lr = 0.01, lrDecay = 0, initialAccumulatorValue = 0, eps = 1e-10, weightDecay = 0 } = options;
  return (): ((p: number, g: number) => number) => {
    let [s, t] = [initialAccumulatorValue, 0];
    return (p, slope) => {
      const g = slope + weightDecay * p;
      t += 1;
      s += g * g;
      return p - ((lr / (1 + lrDecay * (t - 1))) * g) / (Math.sqrt(s) + eps);
    };
  };
}

const settings: readonly AdagradOptions[] = [
  {},
  { lr: 1, lrDecay: 0.5 },
  { lr: 0.1, initialAccumulatorValue: 0.1, eps: 1e-3 },
  { lr: 0.1, weightDecay: 0.1 },
];

describe.each(settings)('Adagrad with %j', (options) => {
  test('follows its formula for 20 steps', () => {
    const expected = plainTrace(plainAdagrad(options));
    expect(
      distance(
        trace('float64', (parameters) => new Adagrad(parameters, options)),
        expected,
      ),
    ).toBeLessThan(1e-12);
    expect(
      distance(
        trace('float32', (parameters) => new Adagrad(parameters, options)),
        expected,
      ),
    ).toBeLessThan(1e-6);
  });
});

test('the learning rate of each parameter decays by its own count of updates', () => {
  const [early, late] = [new Parameter(tensor([1])), new Parameter(tensor([1]))];
  const optimizer = new Adagrad([early, late], { lr: 0.5, lrDecay: 1 });
  early.grad = tensor([2]);
  for (let step = 0; step < 5; step++) optimizer.step();
  late.grad = tensor([2]);
  optimizer.step();
  expect(late.item()).toBeCloseTo(0.5, 6); // the first step has length lr, whatever the others have had
});

test('options that make no sense are refused', () => {
  const make = (options: object) => () => new Adagrad([new Parameter(zeros([2]))], options);
  expect(make({ lrDecay: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Adagrad: lrDecay is -1; lrDecay must be a finite number of at least 0. Correct lrDecay.]`,
  );
  expect(make({ initialAccumulatorValue: Number.POSITIVE_INFINITY })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Adagrad: initialAccumulatorValue is Infinity; initialAccumulatorValue must be a finite number of at least 0. Correct initialAccumulatorValue.]`,
  );
  expect(make({ eps: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Adagrad: eps is 0; eps must be a finite number above 0. Correct eps.]`,
  );
  expect(make({ weightDecay: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Adagrad: weightDecay is -1; weightDecay must be a finite number of at least 0. Correct weightDecay.]`,
  );
  expect(make({ lr: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Adagrad: lr is -1; lr must be a finite number of at least 0. Correct lr.]`,
  );
  expect(make({ initialAccumulator: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Adagrad: unknown option 'initialAccumulator'; the options are lr, lrDecay, initialAccumulatorValue, eps, weightDecay. Correct the name, or leave it out.]`,
  );
});

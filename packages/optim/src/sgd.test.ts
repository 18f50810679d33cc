import { Parameter, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { SGD, type SGDOptions } from './index.js';
import { distance, plainTrace, trace } from './trace.fixture.js';

/** v ← momentum·v + g, p ← p − lr·v, written for one number. */
function plainSgd({ lr = 0.001, momentum = 0, nesterov = false, weightDecay = 0 }: SGDOptions) {
  return (): ((p: number, g: number) => number) => {
    let v = 0;
    return (p, slope) => {
      const g = slope + weightDecay * p;
      v = momentum * v + g;
      return p - lr * (nesterov ? g + momentum * v : v);
    };
  };
}

const settings: readonly SGDOptions[] = [
  {},
  { lr: 0.05, momentum: 0.9 },
  { lr: 0.05, momentum: 0.9, nesterov: true },
  { lr: 0.05, weightDecay: 0.1 },
  { lr: 0.05, momentum: 0.5, nesterov: true, weightDecay: 0.1 },
];

describe.each(settings)('SGD with %j', (options) => {
  test('follows its formula for 20 steps', () => {
    const expected = plainTrace(plainSgd(options));
    expect(
      distance(
        trace('float64', (parameters) => new SGD(parameters, options)),
        expected,
      ),
    ).toBeLessThan(1e-12);
    expect(
      distance(
        trace('float32', (parameters) => new SGD(parameters, options)),
        expected,
      ),
    ).toBeLessThan(1e-6);
  });
});

test('options that make no sense are refused', () => {
  const make = (options: object) => () => new SGD([new Parameter(zeros([2]))], options);
  expect(make({ nesterov: true })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD: nesterov is true and momentum is 0; nesterov looks ahead along the velocity, which there is only with momentum. Pass a momentum, such as 0.9, or leave nesterov out.]`,
  );
  expect(make({ lr: -0.1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD: lr is -0.1; lr must be a finite number of at least 0. Correct lr.]`,
  );
  expect(make({ lr: Number.NaN })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD: lr is NaN; lr must be a finite number of at least 0. Correct lr.]`,
  );
  expect(make({ momentum: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD: momentum is 1; momentum must be a number from 0 up to, not including, 1. Correct momentum.]`,
  );
  expect(make({ nesterov: 1, momentum: 0.9 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD: nesterov is 1; nesterov must be true or false. Correct nesterov.]`,
  );
  expect(make({ weightDecay: '0.1' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD: weightDecay is 0.1; weightDecay must be a finite number of at least 0. Correct weightDecay.]`,
  );
  expect(make({ learningRate: 0.1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD: unknown option 'learningRate'; the options are lr, momentum, nesterov, weightDecay. Correct the name, or leave it out.]`,
  );
});

import { Parameter, tensor, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { RMSprop, type RMSpropOptions } from './index.js';
import { distance, plainTrace, trace } from './trace.fixture.js';

/** s ← alpha·s + (1 − alpha)·g², p ← p − lr·g / (√s + eps) and its variants, written for one number. */
function plainRmsprop(options: RMSpropOptions) {
  const { lr = 0.01, alpha = 0.99, eps = 1e-8, epsPlacement = 'outside' } = options;
  const { centered = false, momentum = 0, weightDecay = 0 } = options;
  return (): ((p: number, g: number) => number) => {
    let [s, m, v] = [0, 0, 0];
    return (p, slope) => {
      const g = slope + weightDecay * p;
      s = alpha * s + (1 - alpha) * g * g;
      m = alpha * m + (1 - alpha) * g;
      const q = centered ? Math.max(s - m * m, 0) : s;
      v = momentum * v + g / (epsPlacement === 'inside' ? Math.sqrt(q + eps) : Math.sqrt(q) + eps);
      return p - lr * v;
    };
  };
}

const settings: readonly RMSpropOptions[] = [
  {},
  { lr: 0.002, alpha: 0.95 },
  { lr: 0.001, alpha: 0.9, eps: 1e-7, epsPlacement: 'inside' },
  { centered: true },
  { momentum: 0.9, weightDecay: 0.01 },
  { lr: 1e-4, alpha: 0.95, eps: 1e-4, epsPlacement: 'inside', centered: true, momentum: 0.9 },
];

describe.each(settings)('RMSprop with %j', (options) => {
  test('follows its formula for 20 steps', () => {
    const expected = plainTrace(plainRmsprop(options));
    expect(
      distance(
        trace('float64', (parameters) => new RMSprop(parameters, options)),
        expected,
      ),
    ).toBeLessThan(1e-12);
    expect(
      distance(
        trace('float32', (parameters) => new RMSprop(parameters, options)),
        expected,
      ),
    ).toBeLessThan(1e-6);
  });
});

test('centered, a constant gradient leaves no variance, and no NaN', () => {
  const parameter = new Parameter(tensor([0.1, 0.3, -0.7]));
  const optimizer = new RMSprop([parameter], { centered: true, alpha: 0.5, lr: 1e-9 });
  parameter.grad = tensor([0.3, 0.9, -7]);
  for (let step = 0; step < 200; step++) optimizer.step();
  expect([...parameter.data].every(Number.isFinite)).toBe(true);
});

test('options that make no sense are refused', () => {
  const make = (options: object) => () => new RMSprop([new Parameter(zeros([2]))], options);
  expect(make({ alpha: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new RMSprop: alpha is 1; alpha must be a number from 0 up to, not including, 1. Correct alpha.]`,
  );
  expect(make({ alpha: -0.1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new RMSprop: alpha is -0.1; alpha must be a number from 0 up to, not including, 1. Correct alpha.]`,
  );
  expect(make({ eps: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new RMSprop: eps is 0; eps must be a finite number above 0. Correct eps.]`,
  );
  expect(make({ eps: Number.POSITIVE_INFINITY })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new RMSprop: eps is Infinity; eps must be a finite number above 0. Correct eps.]`,
  );
  expect(make({ epsPlacement: 'below' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new RMSprop: epsPlacement is below; epsPlacement must be one of 'inside', 'outside'. Correct epsPlacement.]`,
  );
  expect(make({ centered: 'yes' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new RMSprop: centered is yes; centered must be true or false. Correct centered.]`,
  );
  expect(make({ rho: 0.9 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new RMSprop: unknown option 'rho'; the options are lr, alpha, eps, epsPlacement, centered, momentum, weightDecay. Correct the name, or leave it out.]`,
  );
});

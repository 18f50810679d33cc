import { Parameter, tensor, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { Adam, AdamW, type AdamWOptions } from './index.js';
import { distance, plainTrace, trace } from './trace.fixture.js';

/** p ← (1 − lr·weightDecay)·p − lr · m̂ / (√v̂ + eps), written for one number. */
function plainAdamW({ lr = 0.001, betas: [b1, b2] = [0.9, 0.999], eps = 1e-8, weightDecay = 0.01 }: AdamWOptions) {
  return (): ((p: number, g: number) => number) => {
    let [m, v, t] = [0, 0, 0];
    return (p, g) => {
      t += 1;
      m = b1 * m + (1 - b1) * g;
      v = b2 * v + (1 - b2) * g * g;
      return (1 - lr * weightDecay) * p - (lr * (m / (1 - b1 ** t))) / (Math.sqrt(v / (1 - b2 ** t)) + eps);
    };
  };
}

const settings: readonly AdamWOptions[] = [
  {},
  { lr: 0.1, betas: [0.5, 0.75], eps: 1e-3, weightDecay: 0.5 },
  { lr: 0.01, betas: [0, 0], weightDecay: 0.1 },
];

describe.each(settings)('AdamW with %j', (options) => {
  test('follows its formula for 20 steps', () => {
    const expected = plainTrace(plainAdamW(options));
    expect(
      distance(
        trace('float64', (parameters) => new AdamW(parameters, options)),
        expected,
      ),
    ).toBeLessThan(1e-12);
    expect(
      distance(
        trace('float32', (parameters) => new AdamW(parameters, options)),
        expected,
      ),
    ).toBeLessThan(1e-6);
  });
});

test('without decay it is Adam, bit for bit', () => {
  const adamW = trace('float32', (parameters) => new AdamW(parameters, { lr: 0.1, weightDecay: 0 }));
  expect(adamW).toEqual(trace('float32', (parameters) => new Adam(parameters, { lr: 0.1 })));
});

test('a parameter decays at the same rate however large its gradients are', () => {
  const parameter = new Parameter(tensor([4, 4]));
  const optimizer = new AdamW([parameter], { lr: 0.5, weightDecay: 0.25, betas: [0, 0], eps: 1e-30 });
  parameter.grad = tensor([0, 1000]);
  optimizer.step();
  expect(parameter.toArray()).toEqual([3.5, 3]); // both lose 4/8; the second also makes a step of lr
});

test('options that make no sense are refused', () => {
  const make = (options: object) => () => new AdamW([new Parameter(zeros([2]))], options);
  expect(make({ weightDecay: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new AdamW: weightDecay is -1; weightDecay must be a finite number of at least 0. Correct weightDecay.]`,
  );
  expect(make({ betas: [1, 0.9] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new AdamW: betas[0] is 1; betas[0] must be a number from 0 up to, not including, 1. Correct betas[0].]`,
  );
  expect(make({ decay: 0.1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new AdamW: unknown option 'decay'; the options are lr, betas, eps, weightDecay. Correct the name, or leave it out.]`,
  );
});

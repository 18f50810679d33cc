import { Parameter, tensor, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { Adam, type AdamOptions } from './index.js';
import { distance, plainTrace, trace } from './trace.fixture.js';

/** p ← p − lr · m̂ / (√v̂ + eps), written for one number. */
function plainAdam({ lr = 0.001, betas: [b1, b2] = [0.9, 0.999], eps = 1e-8, weightDecay = 0 }: AdamOptions) {
  return (): ((p: number, g: number) => number) => {
    let [m, v, t] = [0, 0, 0];
    return (p, slope) => {
      const g = slope + weightDecay * p;
      t += 1;
      m = b1 * m + (1 - b1) * g;
      v = b2 * v + (1 - b2) * g * g;
      return p - (lr * (m / (1 - b1 ** t))) / (Math.sqrt(v / (1 - b2 ** t)) + eps);
    };
  };
}

const settings: readonly AdamOptions[] = [
  {},
  { lr: 0.1, betas: [0.5, 0.75], eps: 1e-3 },
  { lr: 0.01, betas: [0, 0] },
  { lr: 0.01, weightDecay: 0.1 },
];

describe.each(settings)('Adam with %j', (options) => {
  test('follows its formula for 20 steps', () => {
    const expected = plainTrace(plainAdam(options));
    expect(
      distance(
        trace('float64', (parameters) => new Adam(parameters, options)),
        expected,
      ),
    ).toBeLessThan(1e-12);
    expect(
      distance(
        trace('float32', (parameters) => new Adam(parameters, options)),
        expected,
      ),
    ).toBeLessThan(1e-6);
  });
});

test('each parameter is corrected by its own count of updates', () => {
  const [early, late] = [new Parameter(tensor([1])), new Parameter(tensor([1]))];
  const optimizer = new Adam([early, late], { lr: 0.5 });
  early.grad = tensor([2]);
  for (let step = 0; step < 5; step++) optimizer.step();
  late.grad = tensor([2]);
  optimizer.step();
  expect(late.item()).toBeCloseTo(0.5, 6); // the first step has length lr, whatever the others have had
});

test('options that make no sense are refused', () => {
  const make = (options: object) => () => new Adam([new Parameter(zeros([2]))], options);
  expect(make({ betas: [0.9, 1] })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Adam: betas[1] is 1; betas[1] must be a number from 0 up to, not including, 1. Correct betas[1].]`,
  );
  expect(make({ betas: 0.9 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Adam: betas is 0.9; betas are two numbers, for the mean of the gradient and that of its square. Pass two, such as [0.9, 0.999].]`,
  );
  expect(make({ eps: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Adam: eps is -1; eps must be a finite number above 0. Correct eps.]`,
  );
  expect(make({ beta1: 0.9 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Adam: unknown option 'beta1'; the options are lr, betas, eps, weightDecay. Correct the name, or leave it out.]`,
  );
});

/** The same figures as PyTorch; `fixtures/pytorch.py` made them. */
import { readFileSync } from 'node:fs';
import { Parameter, tensor, zeros } from '@unroll/core';
import { expect, test } from 'vitest';
import { Adam, clipGradNorm, type Optimizer, RMSprop, SGD } from './index.js';
import { distance, trace } from './trace.fixture.js';

interface Fixture {
  readonly steps: readonly {
    readonly rule: 'SGD' | 'RMSprop' | 'Adam';
    readonly options: object;
    readonly trace: readonly number[][];
  }[];
  readonly clipGradNorm: readonly {
    readonly gradients: readonly number[][];
    readonly maxNorm: number;
    readonly norm: number;
    readonly clipped: readonly number[][];
  }[];
}

const fixture = JSON.parse(readFileSync(new URL('../fixtures/pytorch.json', import.meta.url), 'utf8')) as Fixture;
const rules = { SGD, RMSprop, Adam };

test.each(fixture.steps)('$rule with $options', ({ rule, options, trace: expected }) => {
  const make = (parameters: readonly Parameter[]): Optimizer => new rules[rule](parameters, options);
  expect(distance(trace('float64', make), expected)).toBeLessThan(1e-12);
});

test.each(fixture.clipGradNorm)('clipGradNorm to $maxNorm', ({ gradients, maxNorm, norm, clipped }) => {
  const parameters = gradients.map((gradient) => {
    const parameter = new Parameter(zeros([gradient.length], { dtype: 'float64' }));
    parameter.grad = tensor(gradient, { dtype: 'float64' });
    return parameter;
  });
  expect(clipGradNorm(parameters, maxNorm)).toBeCloseTo(norm, 12);
  // PyTorch divides by norm + 1e-6.
  const result = parameters.map((parameter) => [...(parameter.grad?.data ?? [])]);
  expect(distance(result, clipped)).toBeLessThan(1e-6);
});

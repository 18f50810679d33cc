/** The same figures as PyTorch. */
import '@unroll/kernels/reference';
import { Parameter, tensor, zeros } from '@unroll/core';
import { expect, test } from 'vitest';
import { Adagrad, Adam, AdamW, clipGradNorm, type Optimizer, RMSprop, SGD } from './index.js';
import { fixture } from './pytorch.fixture.js';
import { distance, START, slope, trace } from './trace.fixture.js';

const rules = { SGD, RMSprop, Adagrad, Adam, AdamW };

test.each(fixture.steps)('$rule with $options', ({ rule, options, trace: expected }) => {
  const make = (parameters: readonly Parameter[]): Optimizer => new rules[rule](parameters, options);
  expect(distance(trace('float64', make), expected)).toBeLessThan(1e-12);
  expect(distance(trace('float32', make), expected)).toBeLessThan(1e-5);
});

test.each(fixture.groups)('$rule with groups', ({ rule, groups, options, trace: expected }) => {
  const places = groups.map(({ at }) => at);
  const parameters = places.map(
    (at) =>
      new Parameter(
        tensor(
          at.map((i) => START[i] as number),
          { dtype: 'float64' },
        ),
      ),
  );
  const given = groups.map(({ at: _, ...own }, i) => ({ parameters: [parameters[i] as Parameter], ...own }));
  const optimizer = new rules[rule](given, options);
  const steps = expected.map(() => {
    const numbers: number[] = [];
    for (const [k, parameter] of parameters.entries()) {
      const at = places[k] as readonly number[];
      parameter.grad = tensor(
        [...parameter.data].map((p, j) => slope(p, at[j] as number)),
        { dtype: 'float64' },
      );
    }
    optimizer.step();
    for (const [k, parameter] of parameters.entries()) {
      (places[k] as readonly number[]).forEach((i, j) => {
        numbers[i] = parameter.data[j] as number;
      });
    }
    return numbers;
  });
  expect(distance(steps, expected)).toBeLessThan(1e-12);
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

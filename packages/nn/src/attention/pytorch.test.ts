/** Outputs and gradients against PyTorch's, in float64. `fixtures/attention.py` made the numbers. */
import '@unroll/kernels/reference';
import { readFileSync } from 'node:fs';
import { add, mul, type NestedNumbers, sum, type Tensor, tensor, valueAndGrad } from '@unroll/core';
import { expect, test } from 'vitest';
import type { Module } from '../module.js';
import { withParameters } from '../with-parameters.js';
import { AdditiveAttention } from './additive-attention.js';
import type { Attended, Attention } from './attention.js';
import { DotAttention } from './dot-attention.js';
import { GeneralAttention } from './general-attention.js';
import type { PreparedMemory } from './memory.js';
import { scaledDotProductAttention } from './scaled-dot-product-attention.js';

interface Run {
  readonly inputs: Readonly<Record<string, NestedNumbers>>;
  readonly context: NestedNumbers;
  readonly weights: NestedNumbers;
  readonly by: { readonly context: NestedNumbers; readonly weights: NestedNumbers };
  readonly gradients: Readonly<Record<string, NestedNumbers>>;
}

interface Fixture {
  readonly lengths: readonly number[];
  readonly scaledDotProduct: Readonly<Record<string, Run>>;
  readonly additive: Run;
  readonly general: Run;
  readonly dot: Run;
}

const file = readFileSync(new URL('../../fixtures/attention.fixture.json', import.meta.url), 'utf8');
const { lengths, scaledDotProduct, ...single } = JSON.parse(file) as Fixture;

type Inputs = Readonly<Record<string, Tensor>>;
const float64 = { dtype: 'float64' } as const;
const read = (values: NestedNumbers): Tensor => tensor(values, float64);
const readAll = (values: Readonly<Record<string, NestedNumbers>>): Inputs =>
  Object.fromEntries(Object.entries(values).map(([name, nested]) => [name, read(nested)]));
const from = (inputs: Inputs, name: string): Tensor => inputs[name] ?? tensor(Number.NaN, float64);

function check(run: Run, attend: (inputs: Inputs) => Attended): void {
  const close = (actual: Tensor | undefined, wanted: Tensor): void => {
    expect(actual?.shape).toEqual(wanted.shape);
    const differences = Array.from(wanted.data, (entry, i) => Math.abs((actual?.data[i] ?? Number.NaN) - entry));
    expect(Math.max(...differences)).toBeLessThan(1e-12);
  };
  const inputs = readAll(run.inputs);
  const { context, weights } = attend(inputs);
  close(context, read(run.context));
  close(weights, read(run.weights));
  const { gradient } = valueAndGrad((given: Inputs) => {
    const found = attend(given);
    return add(sum(mul(found.context, read(run.by.context))), sum(mul(found.weights, read(run.by.weights))));
  })(inputs);
  expect(Object.keys(gradient)).toEqual(Object.keys(run.gradients));
  for (const [name, wanted] of Object.entries(readAll(run.gradients))) close(gradient[name], wanted);
}

test.each(Object.entries(scaledDotProduct))('scaled dot product: %s', (name, run) => {
  check(run, (inputs) =>
    scaledDotProductAttention(from(inputs, 'query'), from(inputs, 'key'), from(inputs, 'value'), {
      causal: name.includes('causal'),
      lengths: name.includes('lengths') ? lengths : undefined,
    }),
  );
});

const [querySize, memorySize] = [2, 3];
const learned: [name: 'additive' | 'general', attention: Module & Attention<PreparedMemory>][] = [
  ['additive', new AdditiveAttention({ querySize, memorySize, hiddenSize: 5, ...float64 })],
  ['general', new GeneralAttention({ querySize, memorySize, ...float64 })],
];

test.each(learned)('%s', (name, attention) => {
  check(single[name], ({ query, memory, ...parameters }) =>
    withParameters(attention, parameters, () =>
      attention.attend(query as Tensor, attention.prepare(memory as Tensor, { lengths })),
    ),
  );
});

test('dot', () => {
  const attention = new DotAttention({ size: memorySize });
  check(single.dot, (inputs) =>
    attention.attend(from(inputs, 'query'), attention.prepare(from(inputs, 'memory'), { lengths })),
  );
});

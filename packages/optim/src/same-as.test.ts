/** The table of the README: which settings equal another framework's. Every row of it is traced. */
import { readFileSync } from 'node:fs';
import type { Parameter } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { Adagrad, Adam, AdamW, type Optimizer, RMSprop, SGD } from './index.js';
import { fixture } from './pytorch.fixture.js';
import { distance, plainTrace, trace } from './trace.fixture.js';

const rules = { SGD, RMSprop, Adagrad, Adam, AdamW };

interface Row {
  readonly name: string;
  readonly rule: keyof typeof rules;
  readonly options: object;
  /** How near float64 comes. */
  readonly bound: number;
}

/** Lines as "| PyTorch `Adam(p)` | `new Adam(parameters, { eps: 1e-7 })` | ⁴ 1e-6 |". */
const LINE = /^\| ([^|]+) \| `new (\w+)\(parameters(?:, (\{.*\}))?\)` \|(.*)\|$/gm;

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const rows = [...readme.matchAll(LINE)].map(([, name = '', rule = '', options = '{}', but = '']): Row => {
  const json = options.replaceAll(/(\w+):/g, '"$1":').replaceAll("'", '"');
  const bound = Number(/1e-\d+/.exec(but)?.[0] ?? 1e-12);
  return { name: name.replaceAll('`', ''), rule: rule as Row['rule'], options: JSON.parse(json) as object, bound };
});

/** A rule of one number, state included, as its source writes it. */
type Plain = () => (p: number, g: number) => number;

/** https://github.com/keras-team/keras, keras/src/optimizers/adam.py; weights decay first, as in base_optimizer.py. */
function kerasAdam(weightDecay: number): Plain {
  return () => {
    let [m, v, iterations] = [0, 0, 0];
    return (p, g) => {
      const step = iterations + 1;
      iterations += 1;
      const variable = p - p * weightDecay * 0.001;
      const alpha = (0.001 * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
      m += (g - m) * (1 - 0.9);
      v += (g * g - v) * (1 - 0.999);
      return variable - (m * alpha) / (Math.sqrt(v) + 1e-7);
    };
  };
}

/** What is not PyTorch's, from the source named, with its own defaults. */
const published: Readonly<Record<string, Plain>> = {
  // keras/src/optimizers/sgd.py
  'Keras SGD()': () => (p, g) => p - g * 0.01,
  'Keras SGD(momentum=0.9, nesterov=True)': () => {
    let m = 0;
    return (p, g) => {
      m = m * 0.9 - g * 0.01;
      return p + (m * 0.9 - g * 0.01);
    };
  },
  // keras/src/optimizers/rmsprop.py
  'Keras RMSprop()': () => {
    let velocity = 0;
    return (p, g) => {
      velocity = 0.9 * velocity + (1 - 0.9) * g * g;
      return p - (0.001 * g) / Math.sqrt(velocity + 1e-7);
    };
  },
  // https://github.com/torch/optim, rmsprop.lua, with what https://github.com/karpathy/char-rnn, train.lua, passes
  'char-rnn optim.rmsprop': () => {
    let m = 0;
    return (p, g) => {
      m = m * 0.95 + (1.0 - 0.95) * g * g;
      return p - (2e-3 * g) / (Math.sqrt(m) + 1e-8);
    };
  },
  'Graves 2013, equations 38–41': () => {
    let [n, mean, delta] = [0, 0, 0];
    return (w, gradient) => {
      n = 0.95 * n + (1 - 0.95) * gradient * gradient;
      mean = 0.95 * mean + (1 - 0.95) * gradient;
      delta = 0.9 * delta - (1e-4 * gradient) / Math.sqrt(n - mean * mean + 1e-4);
      return w + delta;
    };
  },
  // keras/src/optimizers/adagrad.py
  'Keras Adagrad()': () => {
    let accumulator = 0.1;
    return (p, g) => {
      accumulator += g * g;
      return p - (0.001 * g) / Math.sqrt(accumulator + 1e-7);
    };
  },
  'Keras Adam()': kerasAdam(0),
  'Keras AdamW()': kerasAdam(0.004),
};

/** The figures that a row is held against. */
function expectedOf({ name, rule, options }: Row): readonly number[][] {
  if (!name.startsWith('PyTorch')) return plainTrace(published[name] as Plain);
  const made = fixture.steps.find(
    (run) => run.rule === rule && JSON.stringify(run.options) === JSON.stringify(options),
  );
  return made?.trace ?? [];
}

test('the table has a row for everything that is restated, and PyTorch’s defaults for each rule', () => {
  const names = rows.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(published)));
  expect(names).toEqual(expect.arrayContaining(Object.keys(rules).map((rule) => `PyTorch ${rule}(p)`)));
});

describe.each(rows)('$name', (row) => {
  const make = (parameters: readonly Parameter[]): Optimizer => new rules[row.rule](parameters, row.options);

  test('is what the table says, in float64 and float32', () => {
    const expected = expectedOf(row);
    expect(distance(trace('float64', make), expected)).toBeLessThan(row.bound);
    expect(distance(trace('float32', make), expected)).toBeLessThan(1e-5);
  });
});

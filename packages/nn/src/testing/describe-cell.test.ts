/** The suite must fail for a cell that is wrong, each check for its own reason. */
import '@unroll/kernels/reference';
import {
  add,
  apply,
  type DataType,
  defineOp,
  linear,
  mul,
  Parameter,
  pick,
  type Tensor,
  tanh,
  zeros,
} from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { init, RNNCell } from '../index.js';
import type { Cell, CellStep } from '../recurrent/cell.js';
import { type CreateCell, describeCell, type Restatement } from './index.js';

type State = { readonly h: Tensor };
type Options = Parameters<CreateCell<State>>[0];

class Good extends RNNCell {
  constructor(options: Options) {
    super({ inputSize: 2, hiddenSize: 3, ...options });
  }
}

/** The messages of the checks that fail, by name. */
function failures(create: CreateCell<State>, restatement?: Restatement<State>): Record<string, string> {
  const failed: Record<string, string> = {};
  for (const { name, run } of describeCell({ create, restatement })) {
    try {
      run();
    } catch (error) {
      failed[name] = String(error);
    }
  }
  return failed;
}

test('passes a good cell', () => {
  expect(failures((options) => new Good(options))).toEqual({});
  const names = describeCell({ create: (options) => new Good(options) }).map(({ name }) => name);
  expect(names).toMatchInlineSnapshot(`
    [
      "outputs and states have the sizes that the cell names",
      "equal steps give equal bits",
      "project and stepProjected equal step",
      "no state equals initialState",
      "a batch with lengths equals its sequences one by one",
      "float32 agrees with float64",
      "derivatives of both orders, by inputs and state",
      "every parameter gets a gradient",
      "derivatives of both orders, by parameters",
      "gradients of a batch with lengths are those of its sequences",
      "a state dictionary carries everything over",
    ]
  `);
});

test('passes a good cell without parameters or projection', () => {
  const create = ({ dtype }: Options): Cell<State> => ({
    inputSize: 2,
    outputSize: 2,
    initialState: (batch) => ({ h: zeros([batch, 2], { dtype }) }),
    step: (x, { h }) => ({ output: tanh(add(x, h)), state: { h: tanh(add(x, h)) } }),
  });
  expect(failures(create)).toEqual({});
  expect(describeCell({ create }).length).toBe(7);
});

describe('finds', () => {
  test('a projection that is not the step', () => {
    class Wrong extends Good {
      override step(x: Tensor, state: State): CellStep<State> {
        return super.stepProjected(mul(super.project(x), 1.01), state);
      }
    }
    const failed = failures((options) => new Wrong(options));
    expect(failed['project and stepProjected equal step']).toMatch(
      /^ConformanceError: describeCell: stepProjected: entry 0 of output is/,
    );
  });

  test('half a projection', () => {
    const create = (options: Options): Cell<State> => {
      const cell = new Good(options);
      return {
        inputSize: 2,
        outputSize: 3,
        initialState: (batch) => cell.initialState(batch),
        step: (x, state) => cell.step(x, state),
        project: (x) => cell.project(x),
      };
    };
    expect(Object.values(failures(create))).toEqual([
      'ConformanceError: describeCell: the cell: it has only one of project and stepProjected.',
    ]);
  });

  test('a state that is kept in the cell', () => {
    class Remembering extends Good {
      #calls = 0;
      override stepProjected(p: Tensor, state: State): CellStep<State> {
        this.#calls += 1;
        return super.stepProjected(add(p, this.#calls), state);
      }
    }
    const failed = failures((options) => new Remembering(options));
    expect(failed['equal steps give equal bits']).toMatch(/a second call of step: entry 0 of output/);
  });

  test('a state of float32 beside parameters of float64, and an output of another size', () => {
    class Single extends Good {
      override initialState(batch: number): State {
        return { h: zeros([batch, 3]) };
      }
    }
    const sizes = 'outputs and states have the sizes that the cell names';
    expect(failures((options) => new Single(options))[sizes]).toMatch(/float64/);
    class Narrow extends Good {
      override stepProjected(p: Tensor, state: State): CellStep<State> {
        const next = super.stepProjected(p, state);
        return { output: pick(next.output, 1, 0), state: next.state };
      }
    }
    expect(failures((options) => new Narrow(options))[sizes]).toBe(
      'ConformanceError: describeCell: step: the output is [1] instead of [1, 3].',
    );
  });

  test('sequences of a batch that see each other', () => {
    class Mixing extends Good {
      override stepProjected(p: Tensor, state: State): CellStep<State> {
        return super.stepProjected(add(p, pick(p, 0, 0)), state);
      }
    }
    const failed = failures((options) => new Mixing(options));
    expect(Object.keys(failed)).toContain('a batch with lengths equals its sequences one by one');
    expect(Object.keys(failed)).toContain('gradients of a batch with lengths are those of its sequences');
  });

  test('a wrong derivative', () => {
    const wrongOp = defineOp<null>({
      name: 'wrong',
      forward: ([x]) => tanh(x as Tensor),
      vjp: ({ gradient }) => [gradient],
      samples: [{ inputs: [{ shape: [1] }], attributes: null }],
    });
    class Wrong extends Good {
      override stepProjected(p: Tensor, { h }: State): CellStep<State> {
        const next = apply(wrongOp, [add(p, linear(h, this.weightHh))], null);
        return { output: next, state: { h: next } };
      }
    }
    const failed = failures((options) => new Wrong(options));
    expect(Object.keys(failed)).toEqual([
      'derivatives of both orders, by inputs and state',
      'derivatives of both orders, by parameters',
    ]);
  });

  test('a parameter that takes no part, or that is hidden', () => {
    class Idle extends Good {
      readonly idle: Parameter = new Parameter(zeros([2], { dtype: this.bias.dtype }));
    }
    expect(failures((options) => new Idle(options))['every parameter gets a gradient']).toBe(
      'ConformanceError: describeCell: backward: no gradient for idle.',
    );
    class Hidden extends Good {
      readonly #gain: Parameter;
      constructor(options: Options) {
        super(options);
        this.#gain = new Parameter(init.uniform([3], { bound: 1, ...options }));
      }
      override project(x: Tensor): Tensor {
        return mul(super.project(x), this.#gain);
      }
    }
    const failed = failures((options) => new Hidden(options));
    expect(failed['a state dictionary carries everything over']).toMatch(/after loadStateDict: entry 0 of outputs/);
  });

  test('a cell that ignores the dtype', () => {
    class Single extends RNNCell {
      constructor({ rng }: Options) {
        super({ inputSize: 2, hiddenSize: 3, rng });
      }
    }
    expect(Object.keys(failures((options) => new Single(options))).length).toBeGreaterThan(3);
  });

  test('a restatement that says something else', () => {
    const restatement: Restatement<State> = (_parameters, _x, { h }) => ({ output: h, state: { h } });
    const failed = failures((options) => new Good(options), restatement);
    expect(failed['a step equals its restatement in plain loops']).toMatch(
      /^ConformanceError: describeCell: the restatement: step 0, sequence 0: \.output\.0 is .* instead of /,
    );
    const misnamed: Restatement<State> = (parameters, _x, { h }) => ({ output: parameters.vector('b'), state: { h } });
    expect(failures((options) => new Good(options), misnamed)).toMatchInlineSnapshot(`
      {
        "a step equals its restatement in plain loops": "Error: The restatement asks for 'b'; there are weightIh, weightHh, bias.",
      }
    `);
  });
});

test('refuses unknown options', () => {
  const misspelt = { create: (options: { readonly dtype: DataType } & Options) => new Good(options), reference: null };
  expect(() => describeCell(misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: describeCell: unknown option 'reference'; the options are create, restatement. Correct the name, or leave it out.]`,
  );
});

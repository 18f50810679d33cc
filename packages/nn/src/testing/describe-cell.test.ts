/** The suite must fail for a cell that is wrong, each check for its own reason. */
import '@unroll/kernels/reference';
import {
  add,
  apply,
  broadcastTo,
  type DataType,
  defineOp,
  dropout,
  linear,
  mul,
  Parameter,
  pick,
  type Tensor,
  type TensorTree,
  tanh,
  zeros,
} from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { init, Module, RNNCell } from '../index.js';
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
function failures<S extends TensorTree = State>(
  create: CreateCell<S>,
  restatement?: Restatement<S>,
): Record<string, string> {
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
      "a run changes no step in evaluation, and leaves no trace",
      "no state equals initialState",
      "a batch with lengths equals its sequences one by one",
      "float32 agrees with float64",
      "derivatives of both orders, by inputs and state",
      "every parameter gets a gradient",
      "derivatives of both orders, by parameters",
      "derivatives in training, of two runs with the same draws",
      "training with a carried state reaches what evaluation reaches",
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
  expect(describeCell({ create }).length).toBe(8);
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
      'derivatives in training, of two runs with the same draws',
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

  test('a run that changes steps in evaluation, does not put parameters back, or swallows errors', () => {
    const name = 'a run changes no step in evaluation, and leaves no trace';
    class Shifting extends Good {
      #shift = 0;
      inRun<T>(fn: () => T): T {
        this.#shift = 1;
        try {
          return fn();
        } finally {
          this.#shift = 0;
        }
      }
      override project(x: Tensor): Tensor {
        return add(super.project(x), this.#shift);
      }
    }
    expect(failures((options) => new Shifting(options))[name]).toMatch(/a step inside of a run: entry 0 of output is/);
    class Forgetful extends Good {
      readonly gain: { weight: Tensor };
      constructor(options: Options) {
        super(options);
        this.gain = { weight: new Parameter(init.uniform([3], { bound: 1, ...options })) };
      }
      inRun<T>(fn: () => T): T {
        if (!this.training) return fn();
        const { weight } = this.gain;
        this.gain.weight = mul(weight, 1);
        const result = fn();
        this.gain.weight = weight;
        return result;
      }
      override project(x: Tensor): Tensor {
        return mul(super.project(x), this.gain.weight);
      }
    }
    expect(failures((options) => new Forgetful(options))).toEqual({
      [name]: 'ConformanceError: describeCell: inRun: after an error of a step the parameters are not in their places.',
    });
    class Swallowing extends Good {
      inRun<T>(fn: () => T): T {
        try {
          return fn();
        } catch {
          return undefined as T;
        }
      }
    }
    expect(failures((options) => new Swallowing(options))).toEqual({
      [name]: 'ConformanceError: describeCell: inRun: it keeps an error of a step to itself.',
    });
  });

  test('weights computed in one recording and used in the next', () => {
    type WithWeight = { readonly h: Tensor; readonly weight: Tensor };
    class Carrying extends Module implements Cell<WithWeight> {
      readonly inputSize = 3;
      readonly outputSize = 3;
      readonly weightHh: Parameter;
      constructor(options: Options) {
        super();
        this.weightHh = new Parameter(init.orthogonal([3, 3], options));
      }
      initialState(batch: number): WithWeight {
        const weight = broadcastTo(mul(this.weightHh, 1), [batch, 3, 3]);
        return { h: zeros([batch, 3], { dtype: weight.dtype }), weight };
      }
      step(x: Tensor, { h, weight }: WithWeight): CellStep<WithWeight> {
        const next = tanh(add(x, linear(h, this.training ? pick(weight, 0, 0) : this.weightHh)));
        return { output: next, state: { h: next, weight } };
      }
    }
    expect(failures((options) => new Carrying(options))).toEqual({
      'training with a carried state reaches what evaluation reaches':
        'ConformanceError: describeCell: with a carried state: gradients for nothing instead of weightHh.',
    });
  });

  test('draws from a generator that the cell does not hold', () => {
    class Noisy extends Good {
      override stepProjected(p: Tensor, state: State): CellStep<State> {
        return super.stepProjected(this.training ? dropout(p, 0.5) : p, state);
      }
    }
    const failed = failures((options) => new Noisy(options));
    expect(Object.keys(failed)).toEqual(['derivatives in training, of two runs with the same draws']);
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

/** Every operation, found by looking, tests itself with its own samples. */
import '@unroll/kernels/reference';
import { describe, expect, test } from 'vitest';
import { vjp } from '../grad/functional.js';
import { Rng } from '../random.js';
import { apply } from '../tape/apply.js';
import { scratch } from '../tape/engine.js';
import type { Op, Sample } from '../tape/op.js';
import { Tape } from '../tape/tape.js';
import { randn } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { gradcheck } from '../testing/gradcheck.js';
import { drawSample } from '../testing/samples.js';
import { add, mul } from './arithmetic.js';
import { concat } from './join.js';
import { ops } from './ops.fixture.js';
import { flip, permute } from './views.js';

/** The same numbers read through reversed strides in another order of the axes. In an arena, where they stay so. */
function scattered(t: Tensor): Tensor {
  if (t.rank === 0) return t;
  const reverse = t.shape.map((_, axis) => t.rank - 1 - axis);
  const stored = concat([flip(permute(t, reverse))]);
  return permute(flip(stored), reverse);
}

/** The inputs that are differentiated, and the operation as a function of them. */
function split(
  op: Op,
  sample: Sample<unknown>,
  inputs: readonly Tensor[],
): { variables: Tensor[]; call: (at: readonly Tensor[]) => Tensor } {
  const varies = sample.inputs.map((input, i) => !('constant' in input) && inputs[i]?.dtype === 'float64');
  const call = (at: readonly Tensor[]): Tensor => {
    let next = 0;
    const operands = inputs.map((input, i) => (varies[i] === true ? (at[next++] as Tensor) : input));
    return apply(op, operands, sample.attributes);
  };
  return { variables: inputs.filter((_, i) => varies[i]), call };
}

test('all families were found', () => {
  expect(ops.map(({ name }) => name).sort()).toMatchInlineSnapshot(`
    [
      "abs",
      "add",
      "alias",
      "argmax",
      "broadcastTo",
      "cast",
      "clamp",
      "clone",
      "concat",
      "div",
      "dropoutMask",
      "equal",
      "exp",
      "expm1",
      "flip",
      "gather",
      "greater",
      "less",
      "linear",
      "linearRecurrence",
      "log",
      "log1p",
      "logSoftmax",
      "logsumexp",
      "matmul",
      "max",
      "maximum",
      "min",
      "minimum",
      "mul",
      "neg",
      "norm",
      "oneHot",
      "pad",
      "permute",
      "pick",
      "pow",
      "relu",
      "reshape",
      "scatterAdd",
      "sigmoid",
      "sign",
      "slice",
      "softmax",
      "softmaxCrossEntropy",
      "softplus",
      "sqrt",
      "square",
      "stack",
      "sub",
      "sum",
      "tanh",
      "where",
    ]
  `);
});

describe.each(ops.map((op) => ({ name: op.name, op })))('$name', ({ op }) => {
  const cases = op.samples.map((sample, i) => ({ i, sample }));

  if (op.vjp !== null)
    test.each(cases)('gradcheck, sample $i', ({ sample }) => {
      const rng = new Rng(1);
      const inputs = drawSample(sample, 'float64', rng);
      const { variables, call } = split(op, sample, inputs);
      gradcheck((...at) => call(at), variables, { rng });
    });

  test.each(cases)('strides do not matter, sample $i', ({ sample }) => {
    const inputs = drawSample(sample, 'float64', new Rng(2));
    const direct = apply(op, inputs, sample.attributes);
    const strided = scratch(() => apply(op, inputs.map(scattered), sample.attributes));
    expect(strided.shape).toEqual(direct.shape);
    expect([...strided.data]).toEqual([...direct.data]);
  });

  if (op.backward !== undefined)
    test.each(cases)('backward equals vjp, sample $i', ({ sample }) => {
      const inputs = drawSample(sample, 'float64', new Rng(3));
      const seed = randn(apply(op, inputs, sample.attributes).shape, { dtype: 'float64', rng: new Rng(4) });
      const { variables, call } = split(op, sample, inputs);
      const tape = new Tape();
      // Used twice, so that the in-place path also adds to what is there.
      const twice = tape.record(() => add(call(variables), mul(call(variables), 2)));
      const inPlace = tape.gradient(twice, variables, { seed });
      const recorded = new Tape().record(() => {
        const twiceAt = (x: readonly Tensor[]): Tensor => add(call(x), mul(call(x), 2));
        return vjp(twiceAt)(variables, seed).gradient;
      });
      for (const [i, gradient] of inPlace.entries()) {
        const expected = [...(recorded[i] as Tensor).data];
        expect(gradient.data.length).toBe(expected.length);
        for (const [j, value] of expected.entries()) expect(gradient.data[j]).toBeCloseTo(value, 12);
      }
    });
});

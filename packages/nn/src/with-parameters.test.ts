import { grad, matmul, ones, sum, type Tensor, tensor, transpose, zeros } from '@unroll/core';
import { expect, test } from 'vitest';
import { Linear, Sequential, withParameters } from './index.js';

const layer = new Linear({ inputSize: 2, outputSize: 1 });
const x = tensor([[3, 4]]);

test('computes with the tensors, and puts the parameters back', () => {
  const { weight, bias } = layer;
  const y = withParameters(layer, { weight: ones([1, 2]), bias: zeros([1]) }, () => layer.forward(x));
  expect(y.item()).toBe(7);
  expect([layer.weight, layer.bias]).toEqual([weight, bias]);
  expect(layer.weight).toBe(weight);
  expect(() =>
    withParameters(layer, { weight: ones([1, 2]) }, () => {
      throw new Error('inside');
    }),
  ).toThrow('inside');
  expect(layer.weight).toBe(weight);
});

test('gradients flow to the tensors, through every place of a shared parameter', () => {
  const square = new Linear({ inputSize: 2, outputSize: 2, bias: false });
  const model = new Sequential(square, square);
  const f = (w: Tensor): Tensor => sum(withParameters(model, { 'layers.0.weight': w }, () => model.forward(x)));
  const g = (w: Tensor): Tensor => sum(matmul(matmul(x, transpose(w)), transpose(w)));
  const at = tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(grad(f)(at).toArray()).toEqual(grad(g)(at).toArray());
});

test('refuses values that do not fit', () => {
  const run = (values: { readonly [name: string]: Tensor }) => () => withParameters(layer, values, () => 0);
  expect(run({ weights: ones([1, 2]) })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: withParameters: there is no parameter 'weights'; the parameters are weight, bias. Use the names of namedParameters().]`,
  );
  expect(run({ weight: ones([2, 1]) })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: withParameters: the value of 'weight' has another shape. parameter is [1, 2], value is [2, 1]; a value has the shape of the parameter whose place it takes. Reshape it.]`,
  );
  expect(run({ bias: tensor([1], { dtype: 'int32' }) })).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: withParameters: the value of 'bias' is int32, the parameter float32; a value has the dtype of the parameter whose place it takes. Convert it: cast(value, 'float32').]`,
  );
});

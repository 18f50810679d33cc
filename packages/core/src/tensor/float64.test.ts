/** This file does not import the reference kernels. */
import { float64Kernels } from '@unroll/kernels';
import { expect, test } from 'vitest';
import { cast, fromNdarray, oneHot, Parameter, randn, tensor, zeros } from '../index.js';

test.skipIf(float64Kernels() !== undefined)('float64 without an engine is an error that names the import', () => {
  expect(() => zeros([2], { dtype: 'float64' })).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: zeros: no engine for float64 is loaded; float64 tensors run on the reference kernels, which are imported explicitly. Add: import '@unroll/kernels/reference'.]`,
  );
  const message = /no engine for float64 is loaded.*import '@unroll\/kernels\/reference'/;
  const x = tensor([1, 2]);
  expect(() => tensor(new Float64Array(2))).toThrow(message);
  expect(() => randn([2], { dtype: 'float64' })).toThrow(message);
  expect(() => cast(x, 'float64')).toThrow(message);
  expect(() => oneHot(cast(x, 'int32'), 3, { dtype: 'float64' })).toThrow(message);
  expect(() => fromNdarray(x.value, { dtype: 'float64' })).toThrow(message);
  expect(new Parameter(x).dtype).toBe('float32');
});

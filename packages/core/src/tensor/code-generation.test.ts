/** What is left of a tensor where code may not be written at run time, as in a page with a content security policy. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CodeGenerationError, fromNdarray, type Tensor, tensor } from '../index.js';

function forbidden(): never {
  throw new EvalError('Code generation from strings disallowed for this context');
}
beforeEach(() => void vi.stubGlobal('Function', forbidden));
afterEach(() => void vi.unstubAllGlobals());

/** Of five axes, as nothing else here: ndarray keeps the code that it has written. */
const rare = (): Tensor => tensor([[[[[1, 2]]]]]);

test('value says what is forbidden, and what to read instead', () => {
  expect(() => rare().value).toThrowErrorMatchingInlineSnapshot(
    `[CodeGenerationError: value: ndarray writes the code of its views at run time, and this is forbidden here; in a page its content security policy forbids it unless script-src has 'unsafe-eval'. Read data and shape, or toArray().]`,
  );
  expect(() => rare().value).toThrow(CodeGenerationError);
  expect(() => rare().value).toThrow(expect.objectContaining({ cause: expect.any(EvalError) }));
});

test('the numbers can be read in every other way, and come from an array with the fields of an ndarray', () => {
  const t = rare();
  expect(t.toArray()).toEqual([[[[[1, 2]]]]]);
  expect(t.data).toEqual(Float32Array.of(1, 2));
  expect(String(t)).toMatch(/1, 2/);
  const array = { data: Float32Array.of(1, 2), shape: [2], stride: [1], offset: 0 };
  expect(fromNdarray(array as unknown as Parameters<typeof fromNdarray>[0]).toArray()).toEqual([1, 2]);
});

import { Parameter, Tape, tensor, zeros } from '@unroll/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Adam, clipGradNorm, clipGradValue } from './index.js';

/** Parameters of zeros with these gradients; null means none. */
function graded(gradients: Readonly<Record<string, readonly number[] | null>>): Parameter[] {
  return Object.entries(gradients).map(([name, gradient]) => {
    const parameter = Object.assign(new Parameter(zeros([gradient?.length ?? 1])), { name });
    if (gradient !== null) parameter.grad = tensor([...gradient]);
    return parameter;
  });
}

const gradientsOf = (parameters: readonly Parameter[]): unknown =>
  parameters.map(({ grad }) => (grad === null ? null : grad.toArray()));

test('all gradients are scaled by one factor', () => {
  const parameters = graded({ a: [3, -4], b: [12] });
  expect(clipGradNorm(parameters, 6.5)).toBe(13);
  expect(gradientsOf(parameters)).toEqual([[1.5, -2], [6]]);
});

test('a smaller norm is left alone, and so is everything when only measured', () => {
  const parameters = graded({ a: [3, -4], b: [12] });
  expect(clipGradNorm(parameters, 13)).toBe(13);
  expect(clipGradNorm(parameters, Number.POSITIVE_INFINITY)).toBe(13);
  expect(gradientsOf(parameters)).toEqual([[3, -4], [12]]);
});

test('frozen parameters and those without gradient do not count', () => {
  const parameters = graded({ a: [3, -4], frozen: [100], none: null, b: [12] });
  Object.assign(parameters[1] as Parameter, { frozen: true });
  expect(clipGradNorm(parameters, 6.5)).toBe(13);
  expect(gradientsOf(parameters)).toEqual([[1.5, -2], [100], null, [6]]);
  expect(clipGradNorm(graded({ none: null }), 1)).toBe(0);
  expect(clipGradNorm(graded({ empty: [], zero: [0, -0] }), 1)).toBe(0);
});

test('after clipping the norm is maxNorm and the direction the same, at any magnitude that float32 holds', () => {
  const entries = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(entries, entries, fc.integer({ min: -36, max: 37 }), (a, b, exponent) => {
      const unit = Number(`1e${exponent}`);
      const parameters = graded({ a: a.map((entry) => entry * unit), b: b.map((entry) => entry * unit) });
      const before = parameters.flatMap(({ grad }) => [...(grad?.data ?? [])]);
      const largest = Math.max(...before.map(Math.abs));
      fc.pre(largest > 1e-37);
      const exact = largest * Math.sqrt(before.reduce((total, g) => total + (g / largest) ** 2, 0));
      const norm = clipGradNorm(parameters, exact / 4);
      expect(norm / exact).toBeCloseTo(1, 5);
      const after = parameters.flatMap(({ grad }) => [...(grad?.data ?? [])]);
      after.forEach((g, i) => {
        expect(g / largest).toBeCloseTo((before[i] as number) / largest / 4, 5);
      });
    }),
  );
});

test('a non-finite gradient throws, names its parameter and changes nothing', () => {
  const parameters = graded({ 'cell.weight': [30, 40], 'head.bias': [1, Number.NaN, Number.NEGATIVE_INFINITY] });
  expect(() => clipGradNorm(parameters, 5)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: clipGradNorm: the gradient of parameter 'head.bias' holds NaN (2 of 3 entries). head.bias is [3]; gradients must be finite to be clipped. Lower the learning rate or check the inputs, or pass { onNonFinite: 'skip' } or 'zero'.]`,
  );
  expect(gradientsOf(parameters)).toEqual([
    [30, 40],
    [1, Number.NaN, Number.NEGATIVE_INFINITY],
  ]);
});

test("'skip' marks all gradients empty, so that the next step does nothing", () => {
  const parameters = graded({ a: [30, 40], b: [1, Number.POSITIVE_INFINITY] });
  const optimizer = new Adam(parameters);
  expect(clipGradNorm(parameters, 5, { onNonFinite: 'skip' })).toBe(Number.POSITIVE_INFINITY);
  expect(gradientsOf(parameters)).toEqual([null, null]);
  optimizer.step();
  expect(parameters.map((parameter) => parameter.toArray())).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(optimizer.stateDict()['0.beta1Power']).toBe(1);
  expect(
    clipGradNorm(graded({ a: [Number.NaN], b: [Number.POSITIVE_INFINITY] }), 5, { onNonFinite: 'skip' }),
  ).toBeNaN();
});

test("'zero' clears the entries that are not finite and clips the rest", () => {
  const parameters = graded({ a: [30, Number.NaN], b: [Number.NEGATIVE_INFINITY, 40, Number.POSITIVE_INFINITY] });
  expect(clipGradNorm(parameters, 5, { onNonFinite: 'zero' })).toBe(50);
  expect(gradientsOf(parameters)).toEqual([
    [3, 0],
    [0, 4, 0],
  ]);
});

test('clipGradValue moves each entry into its range', () => {
  const parameters = graded({ a: [30, -4, 0.5], none: null, b: [Number.NEGATIVE_INFINITY], empty: [] });
  clipGradValue(parameters, 1);
  expect(gradientsOf(parameters)).toEqual([[1, -1, 0.5], null, [-1], []]);
});

test('clipGradValue refuses NaN and changes nothing', () => {
  const parameters = graded({ 'cell.weight': [30, 40], 'head.bias': [1, Number.NaN] });
  expect(() => clipGradValue(parameters, 5)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: clipGradValue: the gradient of parameter 'head.bias' holds NaN (1 of 2 entries). head.bias is [2]; gradients must be numbers to be clipped. Lower the learning rate or check the inputs.]`,
  );
  expect(gradientsOf(parameters)).toEqual([
    [30, 40],
    [1, Number.NaN],
  ]);
});

test('bad arguments are refused', () => {
  const parameters = graded({ a: [1] });
  expect(() => clipGradNorm(parameters, 0)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: clipGradNorm: maxNorm is 0; maxNorm must be a number above 0. Correct maxNorm.]`,
  );
  expect(() => clipGradNorm(parameters, Number.NaN)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: clipGradNorm: maxNorm is NaN; maxNorm must be a number above 0. Correct maxNorm.]`,
  );
  expect(() => clipGradValue(parameters, -1)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: clipGradValue: maxValue is -1; maxValue must be a number above 0. Correct maxValue.]`,
  );
  const misspelt: object = { onNonfinite: 'skip' };
  expect(() => clipGradNorm(parameters, 1, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: clipGradNorm: unknown option 'onNonfinite'; the options are onNonFinite. Correct the name, or leave it out.]`,
  );
  const unknown: object = { onNonFinite: 'ignore' };
  expect(() => clipGradNorm(parameters, 1, unknown)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: clipGradNorm: onNonFinite is ignore; onNonFinite must be one of 'throw', 'skip', 'zero'. Correct onNonFinite.]`,
  );
  expect(() => clipGradNorm([], 1)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: clipGradNorm: there are no parameters; parameters is a list of at least one Parameter. Pass model.parameters(), and check that its parameters stand in plain fields.]`,
  );
  expect(() => new Tape().record(() => clipGradNorm(parameters, 1))).toThrowErrorMatchingInlineSnapshot(
    `[TapeError: clipGradNorm: a parameter is written inside a recording. parameter is [1]; the records that have read it would no longer agree with their numbers. Write it after record() has returned and backward() is done.]`,
  );
});

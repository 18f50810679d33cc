/** Several small batches as one large: backward adds, a seed weights. */
import '@unroll/kernels/reference';
import {
  add,
  matmul,
  mean,
  Parameter,
  Rng,
  randn,
  slice,
  square,
  sub,
  Tape,
  type Tensor,
  tanh,
  tensor,
} from '@unroll/core';
import { describe, expect, test } from 'vitest';

const ROWS = 8;

/** Two layers and their mean squared error over some rows of a batch. */
function problem(draw: (shape: readonly number[]) => Tensor, activation: (x: Tensor) => Tensor) {
  const [x, y] = [draw([ROWS, 3]), draw([ROWS, 2])];
  const [w1, b1, w2] = [new Parameter(draw([3, 4])), new Parameter(draw([4])), new Parameter(draw([4, 2]))];
  const forward = (rows: Tensor): Tensor => matmul(activation(add(matmul(rows, w1), b1)), w2);
  const lossOf = (from: number, to: number): Tensor =>
    mean(square(sub(forward(slice(x, 0, from, to)), slice(y, 0, from, to))));
  return { parameters: [w1, b1, w2], lossOf };
}

/** Gradients of the mean over all rows, cut at these places. */
function gradients({ parameters, lossOf }: ReturnType<typeof problem>, cuts: readonly number[]): number[] {
  const tape = new Tape();
  for (const parameter of parameters) parameter.zeroGrad();
  for (const [i, from] of cuts.entries()) {
    const to = cuts[i + 1] ?? ROWS;
    tape.backward(
      tape.record(() => lossOf(from, to)),
      { seed: (to - from) / ROWS },
    );
  }
  return parameters.flatMap(({ grad }) => [...(grad?.data ?? [])]);
}

describe.each([[[0, 4]], [[0, 2, 4, 6]], [[0, 1, 2, 3, 4, 5, 6, 7]], [[0, 4, 6]]])(
  'parts of 1, 2 or 4 rows, %j',
  (cuts) => {
    test('give the same bits for small whole numbers, of which no product or sum is rounded', () => {
      const rng = new Rng(3);
      const whole = (shape: readonly number[]): Tensor => {
        const size = shape.reduce((product, n) => product * n, 1);
        return tensor(
          Float32Array.from({ length: size }, () => rng.integer(7) - 3),
          { shape: [...shape] },
        );
      };
      const p = problem(whole, (x) => x);
      const expected = gradients(p, [0]);
      expect(expected.some((g) => g !== 0)).toBe(true);
      expect(gradients(p, cuts)).toEqual(expected);
    });
  },
);

describe.each([[[0, 4]], [[0, 1, 2, 3, 4, 5, 6, 7]], [[0, 3, 4]], [[0, 7]]])('parts of any size, %j', (cuts) => {
  test.each([
    ['float32', ROWS * 2 ** -23],
    ['float64', ROWS * 2 ** -52],
  ] as const)('differ in %s by the rounding of a sum over the rows', (dtype, bound) => {
    const rng = new Rng(4);
    const p = problem((shape) => randn(shape, { rng, dtype }), tanh);
    const expected = gradients(p, [0]);
    const largest = Math.max(...expected.map(Math.abs));
    gradients(p, cuts).forEach((g, i) => {
      expect(Math.abs(g - (expected[i] as number)) / largest).toBeLessThan(bound);
    });
  });
});

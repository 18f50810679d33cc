/** What gradcheck lets pass, and how it names what it does not. */
import '@unroll/kernels/reference';
import { describe, expect, test } from 'vitest';
import {
  apply,
  defineOp,
  gather,
  log,
  max,
  mul,
  type Pullback,
  Rng,
  randn,
  relu,
  sqrt,
  square,
  stopGradient,
  sum,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from '../index.js';
import { GradcheckError, gradcheck } from './index.js';

const double = (values: number | readonly number[]): Tensor => tensor(values, { dtype: 'float64' });
const x = double([0.5, -1, 2]);

/** x² with an adjoint of the test's choice. */
function squareWith(derivative: (pullback: Pullback<null>) => Tensor): (x: Tensor) => Tensor {
  const op = defineOp<null>({
    name: 'mySquare',
    forward: ([t]) => square(t as Tensor),
    vjp: (pullback) => [derivative(pullback)],
    samples: [{ inputs: [{ shape: [3] }], attributes: null }],
  });
  return (t) => apply(op, [t], null);
}

describe('passes', () => {
  test('what is right, in both orders', () => {
    gradcheck(
      squareWith(({ gradient, inputs: [t] }) => mul(gradient, 2, t as Tensor)),
      [x],
    );
    gradcheck((a, b) => mul(tanh(a), b), [x, randn([2, 1], { dtype: 'float64', rng: new Rng(1) })]);
  });

  test('int32 inputs on, and functions of no numbers', () => {
    gradcheck(gather, [randn([4, 2], { dtype: 'float64', rng: new Rng(1) }), tensor([1, 1], { dtype: 'int32' })]);
    gradcheck(tanh, [zeros([0], { dtype: 'float64' })]);
  });

  test('large and small derivatives', () => {
    gradcheck((t) => mul(tanh(t), 1e6), [x]);
    gradcheck((t) => mul(square(t), 1e-3), [x]);
  });
});

describe('catches', () => {
  test('a derivative that is twice too large', () => {
    const wrong = squareWith(({ gradient, inputs: [t] }) => mul(gradient, 4, t as Tensor));
    expect(() => gradcheck(wrong, [x])).toThrow(GradcheckError);
    expect(() => gradcheck((t) => sum(wrong(t)), [double(3)])).toThrowErrorMatchingInlineSnapshot(
      `[GradcheckError: gradcheck: the derivative of the function by entry 0 of input 0 is -16.5770211209991, its difference quotient -8.288510560472417. input 0 is []; they may differ by 0.000001 of their size. Check the vjp of the operations that it uses.]`,
    );
  });

  test('a single wrong entry of the second input', () => {
    const wrong = squareWith(({ gradient, inputs: [t] }) => mul(gradient, 2, t as Tensor, double([1, 1, 1.01])));
    expect(() => gradcheck((a, b) => mul(sum(a), wrong(b)), [x, x])).toThrowErrorMatchingInlineSnapshot(
      `[GradcheckError: gradcheck: the derivative of the function by entry 2 of input 1 is 8.31889740159144, its difference quotient 8.236532080818648. input 0 is [3], input 1 is [3]; they may differ by 0.000001 of their size. Check the vjp of the operations that it uses.]`,
    );
  });

  test('a derivative that is right but has none itself, in order 2 only', () => {
    const wrong = squareWith(({ gradient, inputs: [t] }) => mul(gradient, 2, stopGradient(t as Tensor)));
    gradcheck(wrong, [x], { order: 1 });
    expect(() => gradcheck(wrong, [x])).toThrowErrorMatchingInlineSnapshot(
      `[GradcheckError: gradcheck: the derivative of the function's gradient by entry 0 of input 0 is 0, its difference quotient 2.171492833924482. gradient is [3], input 0 is [3]; they may differ by 0.000001 of their size. Check the vjp of the operations that it uses.]`,
    );
  });

  test('a derivative that is not finite', () => {
    const wrong = squareWith(({ gradient, inputs: [t] }) => mul(gradient, sqrt(t as Tensor)));
    expect(() => gradcheck(wrong, [x])).toThrowErrorMatchingInlineSnapshot(
      `[GradcheckError: gradcheck: the derivative of the function by entry 1 of input 0 is NaN, its difference quotient -0.3656875233737366. input 0 is [3]; they may differ by 0.000001 of their size. Check the vjp of the operations that it uses.]`,
    );
  });

  test('an error of a millionth only with a finer tolerance', () => {
    const wrong = squareWith(({ gradient, inputs: [t] }) => mul(gradient, 2 * (1 + 1e-7), t as Tensor));
    gradcheck(wrong, [x], { order: 1 });
    expect(() => gradcheck(wrong, [x], { order: 1, tolerance: 1e-9 })).toThrow('they may differ by 1e-9 of their size');
  });
});

describe('refuses', () => {
  test('kinks', () => {
    expect(() => gradcheck(relu, [double([1, 0, -1])])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: gradcheck: the function has a kink within 0.00001 of the inputs: the slopes of both sides differ by 0.125; there is no derivative at a kink (relu at 0, ties of max). Move the inputs away from it.]`,
    );
    expect(() => gradcheck((t) => max(t), [double([1, 3, 3])])).toThrow(
      'the function has a kink within 0.00001 of the inputs',
    );
    gradcheck(relu, [double([1, 0.001, -1])]);
  });

  test('kinks of the derivative', () => {
    expect(() => gradcheck((t) => square(relu(t)), [double([0])])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: gradcheck: the function's gradient has a kink within 0.00001 of the inputs: the slopes of both sides differ by 2.59; there is no derivative at a kink (relu at 0, ties of max). Move the inputs away from it.]`,
    );
    gradcheck((t) => square(relu(t)), [double([0])], { order: 1 });
  });

  test('float32 and int32', () => {
    expect(() => gradcheck(mul, [x, tensor([1, 2, 3])])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: gradcheck: input 1 is float32; differences in float32 are too coarse to check a derivative. Pass { dtype: 'float64' } to the functions that make the inputs.]`,
    );
    expect(() => gradcheck(mul, [tensor([1], { dtype: 'int32' })])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: gradcheck: no input is float64; differences in float32 are too coarse to check a derivative. Pass { dtype: 'float64' } to the functions that make the inputs.]`,
    );
  });

  test('places where the function is not finite', () => {
    expect(() => gradcheck(log, [double([1, 0])])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: gradcheck: the function is -Infinity at the inputs; derivatives exist where it is finite. Choose other inputs.]`,
    );
    expect(() => gradcheck(log, [double([1, -1])])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: gradcheck: the function is NaN at the inputs; derivatives exist where it is finite. Choose other inputs.]`,
    );
    expect(() => gradcheck(sqrt, [double([1e-12])])).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: gradcheck: the function is NaN within 0.00001 of the inputs; derivatives exist where it is finite. Choose other inputs.]`,
    );
  });
});

/** What is said where there is no gradient, and about operations that answer with a wrong one. */
import '@unroll/kernels/reference';
import { describe, expect, test } from 'vitest';
import {
  apply,
  cast,
  defineOp,
  grad,
  mul,
  Parameter,
  type Pullback,
  reshape,
  scratch,
  sum,
  Tape,
  type Tensor,
  tensor,
  valueAndGrad,
  vjp,
  zeros,
} from '../index.js';

/** As a JavaScript user would pass it. */
const wrong = <T>(value: unknown): T => value as T;
const x = tensor([1, 2]);

describe('grad', () => {
  test('of what has none', () => {
    expect(() => grad((t: Tensor) => mul(t, 2))(x)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: grad: the result is not a single number. result is [2]; only a scalar has a gradient by itself. Reduce it with sum or mean, or use vjp.]`,
    );
    expect(() => valueAndGrad((t: Tensor) => mul(t, 2))(x)).toThrow('valueAndGrad: the result is not a single number.');
    expect(() => grad(() => wrong<Tensor>(3))(x)).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: grad: the result is 3; it must be a tensor. Compute it with operations on tensors.]`,
    );
    expect(() => grad((t: Tensor) => wrong<Tensor>({ loss: sum(t), hits: 3 }))(x)).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: grad: the result is an object of loss, hits; it must be a tensor. Use the tensor in it.]`,
    );
  });

  test('by what holds no tensors that can be found', () => {
    expect(() => grad(() => sum(x))(wrong<Tensor>({ weights: new Map() }))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: grad: x.weights is an instance of Map; it must be made of tensors, primitives, arrays and plain objects: a tensor in anything else is not found. Put its tensors into a plain object.]`,
    );
    expect(() => grad(() => sum(x))(wrong<Tensor>(Promise.resolve(x)))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: grad: x is a promise; a computation is synchronous, since what it computes belongs to one recording. Await the data first, then compute without async.]`,
    );
    expect(() => grad(() => sum(x))(wrong<Tensor>([() => x]))).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: grad: x[0] is a function; it must be made of tensors, primitives, arrays and plain objects: a tensor in anything else is not found. Put its tensors into a plain object.]`,
    );
  });
});

test('vjp with a g that is not like the result', () => {
  const double = vjp((t: Tensor) => mul(t, 2));
  expect(() => double(x, zeros([3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: vjp: g has another shape than the result. result is [2], g is [3]; g is the gradient by the result. Reshape g.]`,
  );
  expect(() => double(x, zeros([2], { dtype: 'float64' }))).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: vjp: g is float64, the result is float32. result is [2], g is [2]; g is the gradient by the result. Convert with cast(g, 'float32').]`,
  );
});

describe('a tape', () => {
  const recorded = (): { tape: Tape; w: Parameter; y: Tensor } => {
    const tape = new Tape();
    const w = new Parameter(tensor([1, 2]));
    return { tape, w, y: tape.record(() => mul(w, w)) };
  };

  test('walks back from tensors of its last recording only', () => {
    const { tape, y, w } = recorded();
    expect(() => tape.backward(wrong({ loss: y, state: 1 }))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: backward: the loss is an object of loss, state; it must be a tensor. Use the tensor in it.]`,
    );
    expect(() => tape.gradient(sum(y), [w])).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: gradient: loss was computed outside of this tape's last recording, by sum. loss is []; a tape walks back through its last recording only. Compute it inside record() and return it from there.]`,
    );
    expect(() => tape.gradient(y, [mul(w, 2)], { seed: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: gradient: tensors[0] was computed outside of this tape's last recording, by mul. tensors[0] is [2]; a tape walks back through its last recording only. Compute it inside record() and return it from there.]`,
    );
    expect(() => tape.gradient(y, [wrong(undefined)])).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: gradient: tensors[0] is undefined; it must be a tensor. Compute it with operations on tensors.]`,
    );
    tape.record(() => mul(w, 3));
    expect(() => tape.backward(y, { seed: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: backward: loss was computed outside of this tape's last recording, by mul. loss is [2]; a tape walks back through its last recording only. Compute it inside record() and return it from there.]`,
    );
  });

  test('needs a seed like the loss', () => {
    const { tape, y, w } = recorded();
    expect(() => tape.gradient(y, [w])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: gradient: the loss is not a single number. loss is [2]; only a scalar has a gradient by itself. Reduce it with sum or mean, or pass { seed }.]`,
    );
    expect(() => tape.backward(y, { seed: zeros([3]) })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: backward: seed has another shape than the loss. loss is [2], seed is [3]; seed is the gradient by the loss. Reshape seed.]`,
    );
    expect(() => tape.backward(y, { seed: zeros([2], { dtype: 'float64' }) })).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: backward: seed is float64, the loss is float32. loss is [2], seed is [2]; seed is the gradient by the loss. Convert with cast(seed, 'float32').]`,
    );
    expect(w.grad).toBeNull();
  });

  test('needs a parameter that the loss depends on', () => {
    const { tape, y } = recorded();
    const other = new Parameter(tensor(1));
    expect(() => tape.backward(y, { seed: 1, parameters: [other] })).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: backward: the loss depends on none of the given parameters. loss is [2]; a gradient flows only to parameters that are not frozen, through operations inside record(). Check that the model is used inside record(), and that nothing in between is a stopGradient or a comparison.]`,
    );
  });

  test('needs the numbers that it has read', () => {
    const { tape, y, w } = recorded();
    w.name = 'head.w';
    w.assign(tensor([5, 6]));
    expect(() => tape.gradient(y, [w], { seed: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: gradient: parameter 'head.w' was written after it was recorded. parameter is [2]; gradients need the numbers that the recording has read. Call backward before optimizer.step() or assign(), or record again.]`,
    );
  });
});

test('what scratch computed is gone when it has ended', () => {
  let inner = x;
  scratch(() => {
    inner = mul(x, 2);
    return null;
  });
  expect(() => inner.data).toThrowErrorMatchingInlineSnapshot(
    `[ReleasedError: read: the result of mul is gone: its memory has been used again. tensor is [2]; what record() computes is readable until the same tape records again, what scratch() or grad() computes until it ends. Return the tensor from there, which keeps it for good, or read it earlier.]`,
  );
});

describe('an operation', () => {
  const sample = { inputs: [{ shape: [2] }], attributes: null };

  test('needs a name and samples', () => {
    const op = { forward: () => x, vjp: null };
    expect(() => defineOp({ ...op, name: '', samples: [sample] })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: defineOp: an operation has no name; messages need the name, gradient tests the samples. Add it.]`,
    );
    expect(() => defineOp({ ...op, name: 'twice', samples: [] })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: defineOp: twice has no samples; messages need the name, gradient tests the samples. Add it.]`,
    );
  });

  const twice = (answer: (pullback: Pullback<null>) => Tensor): ((t: Tensor) => Tensor) => {
    const op = defineOp<null>({
      name: 'twice',
      forward: ([t]) => mul(t as Tensor, 2),
      vjp: (pullback) => [answer(pullback)],
      samples: [sample],
    });
    return (t) => sum(apply(op, [t], null));
  };

  test('must answer with gradients like its inputs', () => {
    expect(() => grad(twice(({ gradient }) => reshape(gradient, [2, 1])))(x)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: twice: its vjp answers with a gradient of another shape. input is [2], gradient is [2, 1]; the gradient by an input has the shape of the input. Sum over the axes that were broadcast (sumTo).]`,
    );
    expect(() => grad(twice(({ gradient }) => cast(gradient, 'float64')))(x)).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: twice: its vjp answers with a float64 gradient. input is [2], gradient is [2]; the gradient by an input has the dtype of the input, float32. Convert with cast(gradient, 'float32').]`,
    );
  });
});

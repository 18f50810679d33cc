/** What a recording owns, what it gives away, and what it refuses. */
import '@unroll/kernels/reference';
import { describe, expect, test } from 'vitest';
import {
  add,
  grad,
  matmul,
  mean,
  mul,
  Parameter,
  pick,
  Rng,
  randn,
  scratch,
  stack,
  stopGradient,
  sum,
  Tape,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from '../index.js';

const scalar = (value: number): Parameter => new Parameter(tensor(value, { dtype: 'float64' }));
const constant = (value: number): Tensor => tensor(value, { dtype: 'float64' });

describe('what record returns', () => {
  test('is the caller’s for good, in any structure', () => {
    const tape = new Tape();
    const kept = tape.record(() => ({ h: [tanh(tensor([1, 2]))], label: 'first', n: 3 }));
    const before = (kept.h[0] as Tensor).toArray();
    for (let i = 0; i < 3; i++) tape.record(() => sum(randn([1000])));
    expect((kept.h[0] as Tensor).toArray()).toEqual(before);
    expect([kept.label, kept.n]).toEqual(['first', 3]);
  });

  test('a view is kept by itself', () => {
    const tape = new Tape();
    const row = tape.record(() =>
      pick(
        mul(
          tensor([
            [1, 2],
            [3, 4],
          ]),
          2,
        ),
        1,
        0,
      ),
    );
    tape.record(() => randn([10]));
    expect(row.toArray()).toEqual([2, 6]);
  });

  test('a parameter stays a parameter', () => {
    const p = scalar(2);
    const tape = new Tape();
    const same = tape.record(() => p);
    expect(same).toBe(p);
    p.assign(constant(3));
    expect(same.item()).toBe(3);
  });

  test('enters the next recording as a constant', () => {
    const w = scalar(3);
    const tape = new Tape();
    const h = tape.record(() => mul(w, w));
    const loss = tape.record(() => mul(h, w));
    tape.backward(loss);
    expect(w.grad?.item()).toBe(9);
  });
});

describe('everything else', () => {
  test('is readable until the same tape records again, also after backward', () => {
    const w = scalar(3);
    const tape = new Tape();
    let inner: Tensor | undefined;
    const loss = tape.record(() => {
      inner = mul(w, 2);
      return mul(inner, w);
    });
    tape.backward(loss);
    new Tape().record(() => randn([100]));
    expect(inner?.item()).toBe(6);
    tape.record(() => randn([100]));
    expect(() => inner?.item()).toThrowErrorMatchingInlineSnapshot(
      `[ReleasedError: read: the result of mul is gone: its memory has been used again. tensor is []; what record() computes is readable until the same tape records again, what scratch() or grad() computes until it ends. Return the tensor from there, which keeps it for good, or read it earlier.]`,
    );
    expect(() => add(inner as Tensor, 1)).toThrowErrorMatchingInlineSnapshot(
      `[ReleasedError: read: the result of mul is gone: its memory has been used again. tensor is []; what record() computes is readable until the same tape records again, what scratch() or grad() computes until it ends. Return the tensor from there, which keeps it for good, or read it earlier.]`,
    );
    expect(String(inner)).toMatchInlineSnapshot(`"Tensor(float64 [], released)"`);
  });

  test('a live tensor of one tape enters another as a constant, and both can be walked', () => {
    const [u, w] = [scalar(2), scalar(5)];
    const [first, second] = [new Tape(), new Tape()];
    let inner: Tensor | undefined;
    const lossA = first.record(() => {
      inner = mul(u, u);
      return mul(inner, u);
    });
    const lossB = second.record(() => mul(inner as Tensor, lossA, w));
    first.backward(lossA);
    second.backward(lossB);
    expect(u.grad?.item()).toBe(12);
    expect(w.grad?.item()).toBe(32);
    expect(second.gradient(lossB, [lossA, inner as Tensor]).map((g) => g.item())).toEqual([20, 40]);
    expect(first.gradient(lossA, [inner as Tensor]).map((g) => g.item())).toEqual([2]);
  });

  test('an exception drops the recording and leaves what was carried', () => {
    const tape = new Tape();
    const state = tape.record(() => mul(constant(2), 3));
    let inner: Tensor | undefined;
    expect(() =>
      tape.record(() => {
        inner = mul(state, 2);
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(state.item()).toBe(6);
    expect(() => inner?.data).toThrow('is gone');
    expect(tape.record(() => mul(state, 5)).item()).toBe(30);
  });

  test('nothing is recorded outside', () => {
    const w = scalar(2);
    const outside = mul(w, 3);
    const tape = new Tape();
    const loss = tape.record(() => mul(outside, 2));
    expect(() => tape.backward(loss)).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: backward: the loss depends on no parameter. loss is []; a gradient flows only to parameters that are not frozen, through operations inside record(). Check that the model is used inside record(), and that nothing in between is a stopGradient or a comparison.]`,
    );
    expect(() => tape.backward(outside)).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: backward: loss was computed outside of this tape's last recording, by mul. loss is []; a tape walks back through its last recording only. Compute it inside record() and return it from there.]`,
    );
  });
});

describe('backward', () => {
  test('adds, over calls and recordings; zeroGrad empties', () => {
    const w = scalar(3);
    const tape = new Tape();
    const loss = tape.record(() => mul(w, w));
    tape.backward(loss);
    tape.backward(loss);
    expect(w.grad?.item()).toBe(12);
    tape.backward(tape.record(() => mul(w, 2)));
    expect(w.grad?.item()).toBe(14);
    w.zeroGrad();
    expect(w.grad).toBeNull();
    tape.backward(loss2(tape, w));
    expect(w.grad?.item()).toBe(2);
  });
  const loss2 = (tape: Tape, w: Parameter): Tensor => tape.record(() => mul(w, 2));

  test('fills only named and only thawed parameters', () => {
    const [a, b, frozen, unused] = [scalar(2), scalar(3), scalar(5), scalar(7)];
    frozen.frozen = true;
    const tape = new Tape();
    const loss = tape.record(() => mul(a, b, frozen));
    const report = tape.backward(loss, { parameters: [a, frozen, unused] });
    expect([a, b, frozen, unused].map((p) => p.grad?.item() ?? null)).toEqual([15, null, null, null]);
    expect(report.untouched).toEqual([frozen, unused]);
    expect(tape.backward(loss)).toBeUndefined(); // nobody asked
  });

  test('a seed scales, and gives a tensor a gradient', () => {
    const w = new Parameter(tensor([1, 2], { dtype: 'float64' }));
    const tape = new Tape();
    const y = tape.record(() => mul(w, w));
    expect(() => tape.backward(y)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: backward: the loss is not a single number. loss is [2]; only a scalar has a gradient by itself. Reduce it with sum or mean, or pass { seed }.]`,
    );
    tape.backward(y, { seed: tensor([1, 10], { dtype: 'float64' }) });
    expect(w.grad?.toArray()).toEqual([2, 40]);
    tape.backward(
      tape.record(() => sum(w)),
      { seed: 0.5 },
    );
    expect(w.grad?.toArray()).toEqual([2.5, 40.5]);
  });

  test('refuses parameters written since, and changes nothing', () => {
    const w = scalar(2);
    w.name = 'cell.w';
    const tape = new Tape();
    const loss = tape.record(() => mul(w, w));
    w.assign(constant(3));
    expect(() => tape.backward(loss)).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: backward: parameter 'cell.w' was written after it was recorded. parameter is []; gradients need the numbers that the recording has read. Call backward before optimizer.step() or assign(), or record again.]`,
    );
    expect(w.grad).toBeNull();
  });

  test('stopGradient cuts', () => {
    const w = scalar(3);
    const tape = new Tape();
    tape.backward(tape.record(() => mul(w, stopGradient(mul(w, w)))));
    expect(w.grad?.item()).toBe(9);
  });
});

describe('gradient', () => {
  test('answers for inputs, parameters and what is in between', () => {
    const w = scalar(3);
    const x = constant(2);
    const tape = new Tape();
    let h: Tensor | undefined;
    const loss = tape.record(() => {
      h = mul(w, x);
      return mul(h, h);
    });
    expect(tape.gradient(loss, [w, x, h as Tensor, loss]).map((g) => g.item())).toEqual([24, 36, 12, 1]);
    expect(w.grad).toBeNull();
    expect(() => tape.gradient(loss, [constant(1)])).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: gradient: tensors[0] is a constant that this recording never used. tensors[0] is []; gradients exist between tensors of one recording. Compute with it inside record().]`,
    );
  });

  test('of T slices lands in one buffer', () => {
    const x = randn([3, 5, 2], { dtype: 'float64', rng: new Rng(1) });
    const w = randn([2, 2], { dtype: 'float64', rng: new Rng(2) });
    const tape = new Tape();
    const loss = tape.record(() => {
      const steps = Array.from({ length: 5 }, (_, t) => tanh(matmul(pick(x, 1, t), w)));
      return sum(mul(stack(steps, 1), pick(x, 0, 1)));
    });
    const together = grad((at: Tensor) => {
      const steps = Array.from({ length: 5 }, (_, t) => tanh(matmul(pick(at, 1, t), w)));
      return sum(mul(stack(steps, 1), pick(at, 0, 1)));
    });
    const nested = new Tape().record(() => together(x));
    const direct = tape.gradient(loss, [x])[0] as Tensor;
    for (const [i, value] of nested.data.entries()) expect(direct.data[i]).toBeCloseTo(value, 12);
  });
});

describe('refusals', () => {
  test.each([
    ['a promise', () => Promise.resolve(1)],
    ['a class instance', () => ({ model: new Map() })],
    ['a function', () => [() => 1]],
  ] as const)('%s returned from record', (_, fn) => {
    const tape = new Tape();
    // The types refuse these too; a JavaScript user has no types.
    const record = tape.record.bind(tape) as (fn: () => unknown) => unknown;
    let message = '';
    try {
      record(fn);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatchSnapshot();
    expect(tape.record(() => add(1, 2)).item()).toBe(3);
  });

  test('recordings, backward and writes inside a recording', () => {
    const tape = new Tape();
    const w = scalar(1);
    const loss = tape.record(() => mul(w, 2));
    const inside = (fn: () => unknown) => () =>
      new Tape().record(() => {
        fn();
        return null;
      });
    expect(inside(() => new Tape().record(() => 1))).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: record: a recording is going on already; recordings do not nest. Use grad or vjp for a gradient inside, or call record outside.]`,
    );
    expect(inside(() => tape.backward(loss))).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: backward: a recording is going on; a tape walks back after record() has returned. Use grad or vjp for a gradient inside a recording.]`,
    );
    expect(inside(() => w.assign(constant(2)))).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: assign: a parameter is written inside a recording. parameter is []; the records that have read it would no longer agree with their numbers. Write it after record() has returned and backward() is done.]`,
    );
    expect(w.item()).toBe(1);
  });

  test('a tape that has recorded nothing', () => {
    expect(() => new Tape().backward(constant(1))).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: backward: this tape holds no recording; a tape holds what it recorded last, which is given up when too many others are held. Call record first, and backward soon after it.]`,
    );
    expect(() => new Tape().backward(constant(1), { sead: 1 } as object)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: backward: unknown option 'sead'; the options are seed, parameters. Correct the name, or leave it out.]`,
    );
  });

  test('past eight held recordings the oldest walked one is given up', () => {
    const w = scalar(2);
    const tapes = Array.from({ length: 12 }, () => new Tape());
    const losses = tapes.map((tape) => {
      const loss = tape.record(() => mul(w, w));
      tape.backward(loss);
      return loss;
    });
    expect(() => (tapes[0] as Tape).backward(losses[0] as Tensor)).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: backward: this tape holds no recording; a tape holds what it recorded last, which is given up when too many others are held. Call record first, and backward soon after it.]`,
    );
    (tapes[11] as Tape).backward(losses[11] as Tensor);
    expect(losses[0]?.item()).toBe(4);
  });

  test('twenty recordings that still wait for their walk are all kept', () => {
    const w = scalar(2);
    const runs = Array.from({ length: 20 }, (_, i) => {
      const tape = new Tape();
      return { tape, loss: tape.record(() => mul(w, i)) };
    });
    for (const { tape, loss } of runs) tape.backward(loss);
    expect(w.grad?.item()).toBe(190);
  });
});

describe('scratch', () => {
  test('copies out what it returns, records nothing, and nests', () => {
    const w = new Parameter(zeros([3]));
    let inner: Tensor | undefined;
    const result = scratch(() => {
      inner = add(w, 1);
      return { mean: scratch(() => mean(inner as Tensor)) };
    });
    expect(result.mean.item()).toBe(1);
    expect(() => inner?.data).toThrow('is gone');
  });

  test('inside a recording is part of it', () => {
    const w = scalar(3);
    const tape = new Tape();
    tape.backward(tape.record(() => scratch(() => mul(w, w))));
    expect(w.grad?.item()).toBe(6);
  });
});

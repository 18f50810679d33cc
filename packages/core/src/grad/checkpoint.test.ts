import '@unroll/kernels/reference';
import { memoryReport } from '@unroll/kernels';
import { describe, expect, test } from 'vitest';
import {
  add,
  apply,
  argmax,
  cast,
  checkpoint,
  concat,
  dropout,
  grad,
  linear,
  mean,
  mul,
  oneHot,
  Parameter,
  pick,
  Rng,
  randn,
  sigmoid,
  split,
  square,
  stack,
  sum,
  Tape,
  type Tensor,
  tanh,
  tensor,
} from '../index.js';
import { gradcheck } from '../testing/gradcheck.js';
import { checkpointOp } from './checkpoint.js';

type State = { readonly h: Tensor; readonly c: Tensor };

/** A gated recurrence over x `[N, T, D]` whose weights are read from outside of every segment. */
function recurrence(batch: number, steps: number, hidden: number) {
  const rng = new Rng(3);
  const make = (...shape: number[]): Parameter => new Parameter(mul(randn(shape, { rng }), 0.4));
  const weights = {
    x: make(3 * hidden, 4),
    h: make(3 * hidden, hidden),
    bias: make(3 * hidden),
    start: make(1, hidden),
  };
  const x = randn([batch, steps, 4], { rng });
  const noise = new Rng(9);
  const step = (input: Tensor, { h, c }: State): State => {
    const gates = add(linear(input, weights.x, weights.bias), linear(dropout(h, 0.2, { rng: noise }), weights.h));
    const [f, i, o] = split(gates, 3, 1) as [Tensor, Tensor, Tensor];
    const memory = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(i)));
    return { h: mul(sigmoid(o), tanh(memory)), c: memory };
  };
  /** All steps from `from` on, up to `to`; the last h is among the outputs, and leaves a segment only there. */
  const run = (from: number, to: number, state: State, nested: boolean): { outputs: Tensor; c: Tensor } => {
    const outputs: Tensor[] = [];
    let now = state;
    for (let t = from; t < to; t++) {
      const next = (before: State): State => step(pick(x, 1, t), before);
      now = nested ? checkpoint(next, now) : next(now);
      outputs.push(now.h);
    }
    return { outputs: stack(outputs, 1), c: now.c };
  };
  const loss = (segment: number, nested: boolean): Tensor => {
    const begin = add(weights.start, randn([batch, hidden], { rng: new Rng(5) }));
    let state: State = { h: begin, c: begin };
    const parts: Tensor[] = [];
    for (let from = 0; from < steps; from += segment) {
      const to = Math.min(steps, from + segment);
      const stretch = (before: State) => run(from, to, before, nested);
      const part = segment > steps ? stretch(state) : checkpoint(stretch, state);
      parts.push(part.outputs);
      state = { h: pick(part.outputs, 1, to - from - 1), c: part.c };
    }
    return add(mean(square(concat(parts, 1))), sum(mul(state.c, 0.01)));
  };
  const gradients = (segment: number, nested = false): { loss: number; bits: Float32Array[]; draws: number } => {
    noise.restore(new Rng(9).state());
    for (const parameter of Object.values(weights)) parameter.zeroGrad();
    const tape = new Tape();
    const result = tape.record(() => loss(segment, nested));
    tape.backward(result);
    const bits = Object.values(weights).map((parameter) => parameter.grad?.data as Float32Array);
    return { loss: result.item(), bits, draws: noise.uniform() };
  };
  return { gradients };
}

describe('a recurrence in segments', () => {
  test.each([1, 2, 5, 8, 24])('of %i steps has the bits of one without', (segment) => {
    const { gradients } = recurrence(40, 24, 6);
    const whole = gradients(100);
    const parts = gradients(segment);
    expect(parts.loss).toBe(whole.loss);
    expect(parts.bits).toEqual(whole.bits);
    // Drawing again for the gradient leaves the generator where it was.
    expect(parts.draws).toBe(whole.draws);
  });

  test('of segments in segments has them too', () => {
    const { gradients } = recurrence(40, 24, 6);
    expect(gradients(8, true)).toEqual(gradients(100));
  });

  test('needs the memory of about 2·√T steps', () => {
    const w = new Parameter(mul(randn([64, 64], { rng: new Rng(1) }), 0.1));
    const steps = 144;
    const needed = (segment: number): number => {
      const before = memoryReport().arenas;
      const tape = new Tape();
      const loss = tape.record(() => {
        let state = randn([32, 64], { rng: new Rng(2) });
        for (let t = 0; t < steps; t += segment) {
          state = checkpoint((h) => {
            let inside = h;
            for (let i = 0; i < segment; i++) inside = mul(tanh(linear(inside, w)), sigmoid(inside));
            return inside;
          }, state);
        }
        return sum(state);
      });
      tape.backward(loss);
      return memoryReport().arenas - before;
    };
    // Arenas are kept for reuse, so the second run shows by how much it needs more than the first.
    const inSegments = needed(12);
    expect(inSegments + needed(steps)).toBeGreaterThan(4 * inSegments);
  });
});

const f64 = { dtype: 'float64' } as const;
const x = randn([2, 3], { ...f64, rng: new Rng(1) });
const y = randn([3], { ...f64, rng: new Rng(2) });

describe('derivatives', () => {
  test('of both orders, by what is passed and by what is only read', () => {
    gradcheck((a, b) => checkpoint(({ z }) => mul(tanh(z), b), { z: mul(a, b) }), [x, y]);
    gradcheck((a, b) => checkpoint((z) => mul(z, sigmoid(add(a, b))), a), [x, y]);
    gradcheck((a, b) => checkpoint((z) => checkpoint((w) => mul(w, a, tanh(b)), square(z)), a), [x, y]);
    gradcheck(
      (a, b) => {
        const [p, q] = checkpoint(([m, n]) => [mul(m, n), add(tanh(m), a)] as const, [a, b] as const);
        return mul(
          p,
          q,
          checkpoint((z) => sum(z, 0), q),
        );
      },
      [x, y],
    );
    gradcheck((a, b) => checkpoint((z) => mul(grad((v) => sum(mul(v, v, b)))(z), a), a), [x, y], { order: 1 });
  });

  test('of the operation itself, with its own sample', () => {
    for (const { attributes } of checkpointOp.samples) {
      gradcheck((a, b) => apply(checkpointOp, [a, b], attributes), [x, y]);
    }
  });

  test('by tensors in the middle, and with frozen and unused parameters', () => {
    const [w, frozen, unused] = [1, 2, 3].map((value) => new Parameter(tensor([value]))) as [
      Parameter,
      Parameter,
      Parameter,
    ];
    frozen.frozen = true;
    const tape = new Tape();
    const { loss, middle } = tape.record(() => {
      const inside = checkpoint((v) => mul(v, v, w, frozen), tensor([3]));
      return { loss: sum(mul(inside, w)), middle: inside };
    });
    const { untouched } = tape.backward(loss, { parameters: [w, frozen, unused] });
    expect(w.grad?.toArray()).toEqual([2 * 9 * 2]);
    expect(untouched).toEqual([frozen, unused]);
    expect(tape.gradient(loss, [middle, w]).map((t) => t.toArray())).toEqual([[1], [36]]);
  });

  test('through one-hot rows, which stay gathered', () => {
    const ids = tensor([1, 0, 2, 1], { dtype: 'int32' });
    const w = new Parameter(randn([5, 3], { rng: new Rng(1) }));
    const gradientOf = (inSegment: boolean): Float32Array => {
      const tape = new Tape();
      w.zeroGrad();
      const loss = tape.record(() => {
        const rows = oneHot(ids, 3);
        const product = (): Tensor => square(linear(rows, w));
        return sum(inSegment ? checkpoint(product, []) : product());
      });
      tape.backward(loss);
      return w.grad?.data as Float32Array;
    };
    expect(gradientOf(true)).toEqual(gradientOf(false));
  });
});

describe('results', () => {
  test('are whatever the function returns', () => {
    const w = new Parameter(tensor([1, 5, 2]));
    const constant = tensor([7]);
    const tape = new Tape();
    const run = tape.record(() => {
      const before = mul(w, 2);
      const result = checkpoint(
        (t) => ({ best: argmax(t, 0), name: 'a', same: t, list: [square(t), null], constant, none: undefined }),
        before,
      );
      expect(result.same).toBe(before);
      expect(result.constant).toBe(constant);
      return result;
    });
    expect(run.best.item()).toBe(1);
    expect(run.name).toBe('a');
    expect((run.list[0] as Tensor).toArray()).toEqual([4, 100, 16]);
    expect(run.list[1]).toBeNull();
    const nothing = tape.record(() => ({ value: checkpoint((t) => ({ t, n: 3 }), w), loss: sum(w) }));
    expect(nothing.value.n).toBe(3);
  });

  test('outside of a recording come from the function alone', () => {
    let runs = 0;
    const result = checkpoint(
      (t) => {
        runs += 1;
        return mul(t, 2);
      },
      tensor([4]),
    );
    expect([result.item(), runs]).toEqual([8, 1]);
  });

  test('of an error leave the recording usable', () => {
    const w = new Parameter(tensor([2]));
    const tape = new Tape();
    const loss = tape.record(() => {
      expect(() =>
        checkpoint(() => {
          throw new RangeError('mine');
        }, w),
      ).toThrow(new RangeError('mine'));
      return sum(checkpoint((t) => mul(t, t), w));
    });
    tape.backward(loss);
    expect(w.grad?.toArray()).toEqual([4]);
  });
});

describe('refuses', () => {
  const w = new Parameter(tensor([2, 3]));

  test('a function that does something else the second time', () => {
    const tape = new Tape();
    const other = new Parameter(tensor([5]));
    let runs = 0;
    const reads = tape.record(() => sum(checkpoint((t) => (runs++ === 0 ? mul(t, t) : mul(t, other)), w)));
    expect(() => tape.backward(reads)).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: checkpoint: the function reads a tensor that it did not read the first time. tensor is [1]; it is run again for the gradient, and must do the same then. Let it depend on nothing that changes in between, except random generators, which are set back.]`,
    );
    runs = 0;
    const returns = tape.record(() => sum(checkpoint((t) => (runs++ === 0 ? mul(t, t) : sum(t)), w)));
    expect(() => tape.backward(returns)).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: checkpoint: the function computed 2 numbers the first time, and 1 the second time; it is run again for the gradient, and must do the same then. Let it depend on nothing that changes in between, except random generators, which are set back.]`,
    );
    expect(w.grad).toBeNull();
  });

  test('results of two dtypes, and what is no tensor', () => {
    const tape = new Tape();
    expect(() =>
      tape.record(() => checkpoint((t) => [mul(t, t), cast(t, 'float64')], w)),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: checkpoint: the function returns float32 and float64 tensors; what it computes has one floating-point dtype. Convert with cast(…, 'float32'), or make two checkpoints.]`,
    );
    expect(() =>
      tape.record(() => checkpoint((t) => new Map([['t', t]]) as unknown as Tensor, w)),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: checkpoint: the result is an instance of Map; it must be made of tensors, primitives, arrays and plain objects: a tensor in anything else is not found. Put its tensors into a plain object.]`,
    );
  });
});

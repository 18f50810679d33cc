/** What listeners of gradients hear, and what becomes of their answers. */
import '@unroll/kernels/reference';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  add,
  cast,
  checkpoint,
  clamp,
  grad,
  linear,
  matmul,
  mean,
  mul,
  type NestedNumbers,
  neg,
  Parameter,
  pick,
  Rng,
  randn,
  reshape,
  sigmoid,
  slice,
  split,
  square,
  stack,
  stopGradient,
  sub,
  sum,
  Tape,
  type Tensor,
  tanh,
  tensor,
} from '../index.js';
import { gradcheck } from '../testing/index.js';

/** `fixtures/register-hook.py` made the numbers. */
interface Fixture {
  readonly x: NestedNumbers;
  readonly weights: NestedNumbers;
  readonly parameters: { readonly w: NestedNumbers; readonly u: NestedNumbers; readonly start: NestedNumbers };
  readonly loss: number;
  readonly seen: Readonly<Record<string, NestedNumbers[]>>;
  readonly gradients: Readonly<Record<string, NestedNumbers>>;
}
const file = readFileSync(new URL('../../fixtures/register-hook.json', import.meta.url), 'utf8');
const fixture = JSON.parse(file) as Fixture;

const double = (values: NestedNumbers): Tensor => tensor(values, { dtype: 'float64' });
const drawn = (shape: readonly number[], seed: number): Tensor =>
  randn(shape, { dtype: 'float64', rng: new Rng(seed) });

function expectNear(actual: Tensor | null | undefined, expected: NestedNumbers): void {
  const wanted = double(expected);
  expect(actual?.shape).toEqual(wanted.shape);
  for (const [i, value] of wanted.data.entries()) expect(actual?.data[i]).toBeCloseTo(value, 12);
}

describe('PyTorch hears and answers the same', () => {
  /** Calls `listen` at each place where the fixture's program has a hook. */
  function program(
    { w, u, start }: { readonly w: Tensor; readonly u: Tensor; readonly start: Tensor },
    listen: (name: string, t: Tensor, answer?: (gradient: Tensor) => Tensor) => void,
  ): Tensor {
    const projected = reshape(matmul(reshape(double(fixture.x), [6, 4]), w), [2, 3, 4]);
    listen('projected', projected);
    let h = start;
    const steps: Tensor[] = [];
    for (let t = 0; t < 3; t++) {
      const z = add(pick(projected, 1, t), matmul(h, u));
      const [a, b] = split(z, 2, 1);
      if (t === 1) {
        listen('a', a, (g) => mul(2, g));
        listen('b', b);
      }
      if (t === 2) listen('z', z, (g) => clamp(g, { min: -0.05, max: 0.05 }));
      h = mul(tanh(a), sigmoid(b));
      steps.push(h);
    }
    const y = stack(steps, 1);
    const first = pick(y, 1, 0);
    listen('first', first, neg);
    listen('first', first, (g) => mul(g, 3));
    listen('y', y, (g) => mul(0.5, g));
    return add(sum(mul(y, double(fixture.weights))), sum(square(first)), sum(slice(y, 2, 1, 2)));
  }

  test('in a walk that writes in place', () => {
    const seen: Record<string, readonly Tensor[]> = {};
    const listen = (name: string, t: Tensor, answer?: (gradient: Tensor) => Tensor): (() => void) =>
      t.onGrad((gradient) => {
        seen[name] = [...(seen[name] ?? []), gradient];
        return answer?.(gradient);
      });
    const parameters = {
      w: new Parameter(double(fixture.parameters.w)),
      u: new Parameter(double(fixture.parameters.u)),
      start: new Parameter(double(fixture.parameters.start)),
    };
    listen('u', parameters.u);
    listen('w', parameters.w, (g) => add(g, 1));
    const tape = new Tape();
    const loss = tape.record(() => program(parameters, listen));
    expect(loss.item()).toBeCloseTo(fixture.loss, 12);
    tape.backward(loss);
    // What was heard stays readable, though the memory of the walk is used again.
    expect(Object.keys(seen).sort()).toEqual(Object.keys(fixture.seen).sort());
    for (const [name, gradients] of Object.entries(fixture.seen)) {
      expect(seen[name]?.length).toBe(gradients.length);
      for (const [i, gradient] of gradients.entries()) expectNear(seen[name]?.[i], gradient);
    }
    for (const [name, p] of Object.entries(parameters)) expectNear(p.grad, fixture.gradients[name] as NestedNumbers);
  });

  test('in a walk that is recorded', () => {
    const { w, u, start } = fixture.parameters;
    const inside = new Tape().record(() =>
      grad((p: { w: Tensor; u: Tensor; start: Tensor }) => {
        p.w.onGrad((g) => add(g, 1));
        return program(p, (_, t, answer) => answer !== undefined && t.onGrad(answer));
      })({ w: double(w), u: double(u), start: double(start) }),
    );
    for (const [name, gradient] of Object.entries(inside))
      expectNear(gradient, fixture.gradients[name] as NestedNumbers);
  });
});

describe('an answer is differentiated again', () => {
  test('where the listener hears of the first walk alone', () => {
    // Its gradient goes on as g², so the slope of Σ x³ is (3x²)², whose own slope is 36x³.
    const slope = grad((x: Tensor) => {
      const y = mul(x, 1);
      const stop = y.onGrad((gradient) => {
        stop();
        return square(gradient);
      });
      return sum(mul(y, y, y));
    });
    expect(slope(double([1, 2])).toArray()).toEqual([9, 144]);
    expect(grad((x: Tensor) => sum(slope(x)))(double([1, 2])).toArray()).toEqual([36, 288]);
    gradcheck(slope, [drawn([3], 1)]);
  });

  test('where it hears of the second walk too, which comes to the same tensor', () => {
    const slope = grad((x: Tensor) => {
      const y = mul(x, 1);
      y.onGrad(square);
      return sum(mul(y, y, y));
    });
    // PyTorch 1.13 with create_graph says the same: the square of the 36x³ above.
    expect(grad((x: Tensor) => sum(slope(x)))(double([1, 2])).toArray()).toEqual([1296, 82944]);
  });
});

describe('a listener', () => {
  test('changes no bit where parts do not overlap', () => {
    const [x, w] = [randn([3, 5, 4], { rng: new Rng(1) }), new Parameter(randn([8, 4], { rng: new Rng(2) }))];
    const bits = (listens: boolean): Float32Array => {
      const tape = new Tape();
      const loss = tape.record(() => {
        const z = linear(x, w);
        const [a, b] = split(z, 2, 2);
        const steps = Array.from({ length: 5 }, (_, t) => mul(tanh(pick(a, 1, t)), pick(b, 1, t)));
        if (listens) for (const t of [z, a, b, ...steps]) t.onGrad(() => {});
        return mean(square(stack(steps)));
      });
      w.zeroGrad();
      tape.backward(loss);
      return w.grad?.data as Float32Array;
    };
    expect(bits(true)).toEqual(bits(false));
  });

  test('is called until it is stopped, once however often it was passed', () => {
    const w = new Parameter(tensor([1, 2]));
    const heard: string[] = [];
    const first = (): void => void heard.push('first');
    const stops = [w.onGrad(first), w.onGrad(() => void heard.push('second')), w.onGrad(first)];
    const tape = new Tape();
    const walk = (): string[] => {
      heard.length = 0;
      tape.backward(tape.record(() => sum(mul(w, 3))));
      return [...heard];
    };
    expect(walk()).toEqual(['first', 'second']);
    stops[0]?.();
    expect(walk()).toEqual(['second']);
    stops[2]?.();
    stops[1]?.();
    expect(walk()).toEqual([]);
    expect(w.gradListeners).toBeNull();
  });

  test('hears a single walk, where one comes by', () => {
    const [w, x] = [new Parameter(tensor([1, 2])), tensor([3, 4])];
    const heard: unknown[] = [];
    w.onGrad((gradient) => void heard.push(['w', gradient.toArray()]));
    x.onGrad((gradient) => void heard.push(['x', gradient.toArray()]));
    const tape = new Tape();
    const loss = tape.record(() => sum(mul(w, x)));
    tape.backward(loss);
    tape.backward(loss);
    tape.gradient(loss, [x]);
    expect(heard).toEqual([
      ['w', [3, 4]],
      ['w', [3, 4]],
      ['x', [1, 2]],
    ]);
    expect(w.grad?.toArray()).toEqual([6, 8]);
  });

  test('that begins during a walk is called in the next', () => {
    const w = new Parameter(tensor([1, 2, 3, 4]));
    const heard: unknown[] = [];
    let began = false;
    const tape = new Tape();
    const loss = tape.record(() => {
      const [a, b] = split(w, 2);
      const scaled = mul(a, 3);
      scaled.onGrad(() => {
        if (began) return;
        began = true;
        // The gradient of b has landed in that of w by now.
        for (const t of [a, b]) t.onGrad((gradient) => void heard.push(gradient.toArray()));
      });
      return add(sum(mul(scaled, a)), sum(mul(b, 5)));
    });
    tape.backward(loss);
    const during = heard.splice(0);
    tape.backward(loss);
    expect(heard).toEqual([
      [5, 5],
      [6, 12],
    ]);
    expect(during).toEqual([]);
    expect(w.grad?.toArray()).toEqual([12, 24, 10, 10]);
  });

  test('inside of a checkpoint is heard as outside', () => {
    const w = new Parameter(tensor([1, 2]));
    const gradients = (wrap: boolean): unknown => {
      const heard: unknown[] = [];
      const tape = new Tape();
      const part = (t: Tensor): Tensor => {
        const h = mul(t, w);
        h.onGrad((gradient) => {
          heard.push(gradient.toArray());
          return mul(gradient, 2);
        });
        return square(h);
      };
      const loss = tape.record(() => sum(wrap ? checkpoint(part, mul(w, 3)) : part(mul(w, 3))));
      w.zeroGrad();
      tape.backward(loss);
      return { heard, gradient: w.grad?.toArray() };
    };
    expect(gradients(true)).toEqual(gradients(false));
    // 3w² squared: ∂/∂h is 6w², twice that goes on through 3w·w.
    expect(gradients(true)).toEqual({ heard: [[6, 24]], gradient: [72, 576] });
  });

  test('may compute: as a straight-through estimator', () => {
    const w = new Parameter(tensor([-2, 0.5]));
    const tape = new Tape();
    const loss = tape.record(() => {
      const h = mul(w, 1);
      h.onGrad((gradient) => add(gradient, mul(w, 10), stopGradient(sub(w, w))));
      return sum(clamp(h, { min: 0 }));
    });
    tape.backward(loss);
    expect(w.grad?.toArray()).toEqual([-20, 6]);
  });
});

describe('what goes wrong', () => {
  const recorded = (listener: (gradient: Tensor) => unknown) => {
    const w = new Parameter(tensor([1, 2]));
    const tape = new Tape();
    const loss = tape.record(() => {
      const h = mul(w, 3);
      h.onGrad(listener as (gradient: Tensor) => void);
      return sum(h);
    });
    return { w, tape, loss };
  };

  test('an exception of a listener leaves .grad and the tape as they were', () => {
    let fails = true;
    const { w, tape, loss } = recorded(() => {
      if (fails) throw new Error('stop');
    });
    expect(() => tape.backward(loss)).toThrow('stop');
    expect(w.grad).toBeNull();
    fails = false;
    tape.backward(loss);
    tape.backward(tape.record(() => sum(mul(w, 2))));
    expect(w.grad?.toArray()).toEqual([5, 5]);
  });

  test('answers that are no such gradient', () => {
    const walk = (listener: (gradient: Tensor) => unknown) => () => {
      const { tape, loss } = recorded(listener);
      tape.backward(loss);
    };
    const list: Tensor[] = [];
    expect(walk((gradient) => list.push(gradient))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: onGrad: a listener answers with a number. gradient is [2]; it returns the gradient to go on with, or nothing. Put its body in braces, so that it returns nothing.]`,
    );
    expect(walk(() => null)).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: onGrad: a listener answers with null. gradient is [2]; it returns the gradient to go on with, or nothing. Put its body in braces, so that it returns nothing.]`,
    );
    expect(walk((gradient) => sum(gradient))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: onGrad: a listener answers with another shape. gradient is [2], answer is []; the answer takes the place of the gradient. Reshape it, or return nothing.]`,
    );
    expect(walk((gradient) => cast(gradient, 'float64'))).toThrowErrorMatchingInlineSnapshot(
      `[DataTypeError: onGrad: a listener answers with a float64 tensor. gradient is [2], answer is [2]; the gradient is float32. Convert with cast(answer, 'float32'), or return nothing.]`,
    );
  });

  test('a listener that records, walks or writes', () => {
    const walk = (act: (all: ReturnType<typeof recorded>) => unknown) => () => {
      const all: ReturnType<typeof recorded> = recorded(() => {
        act(all);
      });
      all.tape.backward(all.loss);
    };
    expect(walk(({ tape, w }) => tape.record(() => mul(w, 2)))).toThrow('record: a recording is going on already');
    expect(walk(({ tape, loss }) => tape.backward(loss))).toThrow('backward: a recording is going on');
    expect(walk(({ w }) => w.assign(tensor([0, 0])))).toThrow('assign: a parameter is written inside a recording');
    expect(grad((x: Tensor) => sum(square(x)))(tensor([3])).toArray()).toEqual([6]);
  });
});

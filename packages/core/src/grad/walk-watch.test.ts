/** Which operation is blamed for a gradient that is not finite; and both directions in random programs. */
import '@unroll/kernels/reference';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnomalyError,
  add,
  checkpoint,
  concat,
  cumsum,
  detectAnomaly,
  full,
  gather,
  grad,
  greater,
  linear,
  log,
  matmul,
  mean,
  mul,
  namedScope,
  Parameter,
  pick,
  Rng,
  randn,
  reshape,
  softmax,
  split,
  sqrt,
  square,
  stack,
  sub,
  sum,
  Tape,
  type Tensor,
  tanh,
  tensor,
  transpose,
  where,
  zeros,
} from '../index.js';
import { draw, RUNS, seed } from '../laws.fixture.js';
import { anomalyOf, callOf, parameter } from './anomaly.fixture.js';

describe('backwards, the operation is named whose adjoint made it', () => {
  test('with its scope, its inputs, its gradient and where it was called', () => {
    const w = parameter([4, 0]);
    const tape = new Tape();
    const root = (x: Tensor): Tensor => namedScope('Norm', () => sqrt(x), 3);
    const step = (): void => {
      tape.backward(tape.record(() => sum(mul(root(square(w)), 2))));
    };
    const error = anomalyOf(() => detectAnomaly(step));
    expect(error).toMatchInlineSnapshot(
      `[AnomalyError: backward of sqrt (in Norm, t = 3): the gradient of inputs[0] is Infinity in 1 of 2 places, first at [1]. inputs[0] is [2], gradient is [2]; inputs[0] goes from 0 to 16, gradient is 2. Keep the inputs of sqrt where its derivative is finite, with clamp or with where before it.]`,
    );
    expect(callOf(error)).toContain('root');
    expect(w.grad).toBeNull();
  });

  test('by gradient and by grad', () => {
    const w = parameter([0]);
    const tape = new Tape();
    const runs = [
      () =>
        tape.gradient(
          tape.record(() => sum(sqrt(w))),
          [w],
        ),
      () => grad((x: Tensor) => sum(sqrt(x)))(zeros([2])),
      () => tape.record(() => grad((x: Tensor) => sum(sqrt(x)))(zeros([2]))),
    ];
    for (const run of runs) {
      expect(anomalyOf(() => detectAnomaly<unknown>(run)).message).toMatch(
        /^backward of sqrt: the gradient of inputs\[0\]/,
      );
    }
  });

  test('without the stack, where it was recorded before', () => {
    const w = parameter([0, 1]);
    const tape = new Tape();
    const loss = tape.record(() => namedScope('Norm', () => sum(sqrt(w)), 3));
    const error = anomalyOf(() => detectAnomaly(() => tape.backward(loss)));
    expect(error).toMatchInlineSnapshot(
      `[AnomalyError: backward of sqrt (in Norm, t = 3): the gradient of inputs[0] (w) is Infinity in 1 of 2 places, first at [0]. inputs[0] (w) is [2], gradient is [2]; inputs[0] (w) goes from 0 to 1, gradient is 1. Keep the inputs of sqrt where its derivative is finite, with clamp or with where before it. Call record inside detectAnomaly too, to see where it was called.]`,
    );
    expect(error.cause).toBeUndefined();
  });

  test('and a loss is not walked back from', () => {
    const w = parameter([0, 1]);
    const tape = new Tape();
    const loss = tape.record(() => namedScope('Norm', () => sum(log(w)), 3));
    expect(anomalyOf(() => detectAnomaly(() => tape.backward(loss)))).toMatchInlineSnapshot(
      `[AnomalyError: sum (in Norm, t = 3): the loss is -Infinity; it was recorded before anomalies were sought. Call record inside detectAnomaly too.]`,
    );
    expect(w.grad).toBeNull();
  });

  test('in each way in which a gradient travels', () => {
    const w = new Parameter(zeros([2, 4]));
    const ids = tensor([0, 1, 1], { dtype: 'int32' });
    // The square root's slope at 0 is infinite; what comes before it in the program comes after it in the walk.
    const before: Record<string, (x: Tensor) => Tensor> = {
      add: (x) => add(x, 0),
      sum: (x) => sum(x, 0),
      linear: (x) => linear(randn([3, 4], { rng: new Rng(1) }), x),
      matmul: (x) => matmul(randn([3, 2], { rng: new Rng(1) }), x),
      'parts of one': (x) => mul(...(split(x, 2, 1) as [Tensor, Tensor])),
      'a part and a whole': (x) => concat([reshape(x, [8]), mul(pick(x, 0, 1), 2)]),
      gather: (x) => gather(x, ids),
      transpose: (x) => transpose(x),
      stack: (x) => stack([x, mul(x, 2)]),
      'a checkpoint': (x) => checkpoint((t) => tanh(mul(t, 3)), x),
      cumsum: (x) => cumsum(x, 1),
      softmax: (x) => sub(softmax(x), 0.25),
    };
    for (const [name, make] of Object.entries(before)) {
      const tape = new Tape();
      const error = anomalyOf(() =>
        detectAnomaly(() => {
          tape.backward(tape.record(() => sum(namedScope('Root', () => sqrt(make(w))))));
        }),
      );
      expect(error.message, name).toMatch(/^backward of sqrt \(in Root\): the gradient of inputs\[0\] is -?Infinity/);
    }
  });

  test('inside a checkpoint', () => {
    const w = parameter([4, 0]);
    const tape = new Tape();
    const inside = (x: Tensor): Tensor => namedScope('Part', () => mul(sqrt(mul(x, w)), 2), 5);
    const error = anomalyOf(() =>
      detectAnomaly(() => tape.backward(tape.record(() => sum(square(add(checkpoint(inside, mul(w, 3)), 1)))))),
    );
    expect(error.message).toMatch(/^backward of sqrt \(in Part, t = 5\): the gradient of inputs\[0\]/);
    expect(callOf(error)).toContain('inside');
  });

  test('for a weight whose product waits, by the step that spoils it', () => {
    const [w, rows] = [new Parameter(randn([3, 2], { rng: new Rng(1) })), randn([5, 4, 2], { rng: new Rng(2) })];
    const spoilt = tensor(
      rows.data.map((value, i) => (i === 2 * 8 ? NaN : value)),
      { shape: rows.shape },
    );
    const tape = new Tape();
    const program = (): Tensor => {
      const steps = Array.from({ length: 5 }, (_, t) => {
        const y = namedScope('Cell', () => linear(pick(spoilt, 0, t), w), t);
        // The forward result is repaired; 0 · NaN in the weight's gradient is not.
        return where(tensor([[t === 2 ? 0 : 1], [1], [1], [1]]), y, 0);
      });
      return sum(stack(steps));
    };
    const error = anomalyOf(() =>
      detectAnomaly(() => {
        tape.backward(tape.record(program));
      }),
    );
    expect(error).toMatchInlineSnapshot(
      `[AnomalyError: backward of linear (in Cell, t = 2): the gradient of inputs[1] (parameter) is not finite. inputs[0] is [4, 2], inputs[1] (parameter) is [3, 2], gradient is [4, 3]; inputs[0] goes from -2.916 to 1.36 and holds 1 NaN, inputs[1] (parameter) goes from -1.281 to -0.02623, gradient goes from 0 to 1. Keep the inputs of linear where its derivative is finite, with clamp or with where before it.]`,
    );
  });

  test('for gradients that overflow in their sum', () => {
    const w = new Parameter(full([1, 2], 1e-30));
    const tape = new Tape();
    const error = anomalyOf(() =>
      detectAnomaly(() => tape.backward(tape.record(() => sum(linear(full([4, 2], 3e38), w))))),
    );
    expect(error).toMatchInlineSnapshot(
      `[AnomalyError: backward of linear: the gradient of inputs[1] (parameter), added up over all uses, is Infinity in 2 of 2 places, first at [0, 0]. inputs[0] is [4, 2], inputs[1] (parameter) is [1, 2]; inputs[0] is 3e+38, inputs[1] (parameter) is 1e-30. Scale the loss, or clip gradients on the way with onGrad.]`,
    );
  });

  test('for a seed and for the answer of a listener', () => {
    const w = parameter([1, 2]);
    const tape = new Tape();
    const step = (seed: Tensor | number, answer: number): AnomalyError =>
      anomalyOf(() =>
        detectAnomaly(() => {
          const y = tape.record(() => {
            const h = mul(w, 2);
            h.onGrad((gradient) => mul(gradient, answer));
            return h;
          });
          tape.backward(y, { seed });
        }),
      );
    expect(step(tensor([1, NaN]), 1)).toMatchInlineSnapshot(
      `[AnomalyError: seed: inputs[0] came in with NaN in 1 of 2 places, first at [1]. inputs[0] is [2]; inputs[0] is 1 and holds 1 NaN. Check the data, or what has written the parameter.]`,
    );
    expect(step(1, Infinity)).toMatchInlineSnapshot(
      `[AnomalyError: onGrad: a listener has answered with Infinity in 2 of 2 places, first at [0]. gradient is [2]. Return a finite gradient.]`,
    );
  });

  test('unless a where, or a listener, takes the gradient back', () => {
    const w = parameter([4, 0]);
    const tape = new Tape();
    const step = (program: () => Tensor): unknown => {
      w.zeroGrad();
      detectAnomaly(() => {
        tape.backward(tape.record(program));
      });
      return w.grad?.toArray();
    };
    expect(step(() => sum(sqrt(where(greater(w, 0), w, 0))))).toEqual([0.25, 0]);
    const finite = (gradient: Tensor): Tensor => where(greater(gradient, 1e30), 0, gradient);
    expect(
      step(() => {
        const x = mul(w, 1);
        x.onGrad(finite);
        return sum(sqrt(x));
      }),
    ).toEqual([0.25, 0]);
    // A gradient inside of a program is a value as any other.
    expect(step(() => sum(mul(w, where(greater(w, 0), grad((x: Tensor) => sum(sqrt(x)))(w), 0))))).toEqual([0.125, 0]);
  });
});

describe('in random programs', () => {
  const at = fc.nat(1000);
  const line = fc.record({ op: at, a: at, b: at });
  const programs = [fc.array(line, { minLength: 1, maxLength: 12 }), at, seed] as const;

  /** Lines over 3 × 3 matrices, all of which the loss reads; `plant` stands after the line at `place`. */
  function run(
    lines: readonly { readonly op: number; readonly a: number; readonly b: number }[],
    place: number,
    from: number,
    plant: (x: Tensor) => Tensor,
    tape: Tape,
  ): void {
    const w = new Parameter(draw([3, 3], from));
    const ops: readonly ((a: Tensor, b: Tensor) => Tensor)[] = [
      (a) => tanh(a),
      (a, b) => add(a, b),
      (a, b) => mul(a, b),
      (a) => transpose(a),
      (a) => tanh(linear(a, w)),
      (a, b) => tanh(matmul(a, b)),
      (a) => concat(split(a, [1, 2], 0).reverse()),
      (a, b) => stack([pick(a, 0, 0), pick(b, 1, 1), pick(a, 0, 2)]),
      (a) => softmax(a),
      (a) => checkpoint((x) => tanh(mul(x, w)), a),
    ];
    const loss = tape.record(() => {
      const values: Tensor[] = [tanh(w), draw([3, 3], from + 1)];
      for (const [i, { op, a, b }] of lines.entries()) {
        const [x, y] = [values[a % values.length] as Tensor, values[b % values.length] as Tensor];
        const result = (ops[op % ops.length] as (a: Tensor, b: Tensor) => Tensor)(x, y);
        const isPlace = i === place % lines.length;
        values.push(isPlace ? namedScope('Plant', () => plant(add(mul(w, 0.1), result)), i) : result);
      }
      return mean(stack(values));
    });
    tape.backward(loss);
  }

  test('what was planted is named, forwards', () => {
    fc.assert(
      fc.property(...programs, (lines, place, from) => {
        const plant = (x: Tensor): Tensor => log(sub(-1, square(x)));
        const error = anomalyOf(() => detectAnomaly(() => run(lines, place, from, plant, new Tape())));
        expect(error.message).toContain(`log (in Plant, t = ${place % lines.length}): the result is NaN`);
      }),
      { ...RUNS, numRuns: 60 },
    );
  });

  test('what was planted is named, backwards', () => {
    fc.assert(
      fc.property(...programs, (lines, place, from) => {
        const plant = (x: Tensor): Tensor => add(x, sqrt(mul(x, 0)));
        const error = anomalyOf(() => detectAnomaly(() => run(lines, place, from, plant, new Tape())));
        expect(error.message).toContain(`backward of sqrt (in Plant, t = ${place % lines.length}): the gradient of`);
      }),
      { ...RUNS, numRuns: 60 },
    );
  });

  test('and where nothing was, nothing is', () => {
    fc.assert(
      fc.property(...programs, (lines, place, from) => {
        const hidden = (x: Tensor): Tensor => where(greater(x, 0), log(x), x);
        detectAnomaly(() => run(lines, place, from, hidden, new Tape()));
      }),
      { ...RUNS, numRuns: 60 },
    );
  });
});

/** Which operation is blamed for a number that is not finite, what is let pass, and how a search begins and ends. */
import '@unroll/kernels/reference';
import { describe, expect, test } from 'vitest';
import {
  AnomalyError,
  add,
  apply,
  checkpoint,
  clamp,
  defineOp,
  detectAnomaly,
  div,
  exp,
  full,
  grad,
  greater,
  linear,
  log,
  logsumexp,
  mean,
  mul,
  namedScope,
  Parameter,
  pad,
  pick,
  Rng,
  randn,
  reshape,
  scratch,
  sigmoid,
  softmax,
  softmaxCrossEntropy,
  split,
  sqrt,
  square,
  stack,
  sum,
  Tape,
  type Tensor,
  tanh,
  tensor,
  transpose,
  where,
  zeros,
} from '../index.js';
import { engine } from '../tape/engine.js';
import { anomalyOf, callOf, parameter } from './anomaly.fixture.js';

describe('forwards, the operation is named', () => {
  test('with its scope, its inputs and where it was called', () => {
    const w = parameter([2, 0]);
    const tape = new Tape();
    const logarithm = (x: Tensor): Tensor => namedScope('Head', () => log(x), 17);
    const error = anomalyOf(() => detectAnomaly(() => tape.record(() => mean(logarithm(mul(w, 3))))));
    expect(error).toMatchInlineSnapshot(
      `[AnomalyError: log (in Head, t = 17): the result is -Infinity in 1 of 2 places, first at [1]. inputs[0] is [2]; inputs[0] goes from 0 to 6. Keep the inputs of log where it is finite, with clamp or with where before it.]`,
    );
    expect(String(error.cause)).toBe('Error: log was called here');
    expect(callOf(error)).toContain('logarithm');
    expect(callOf(error)).not.toContain('mean');
  });

  test('in a recording, in scratch memory and outside of both', () => {
    const x = tensor([-1, 1]);
    const runs = [
      () => sum(sqrt(x)),
      () => scratch(() => sum(sqrt(x))),
      () => new Tape().record(() => sum(sqrt(x))),
      () => grad((t: Tensor) => sum(sqrt(t)))(x),
      () => ({ values: [reshape(sqrt(x), [1, 2])] }),
    ];
    for (const run of runs)
      expect(anomalyOf(() => detectAnomaly<unknown>(run)).message).toMatch(/^sqrt: the result is NaN in 1 of/);
  });

  test('also where nothing is returned, as long as nothing has taken the number back', () => {
    let loss = 0;
    const error = anomalyOf(() =>
      detectAnomaly(() => {
        loss = mean(log(tensor([-1, 1]))).item();
      }),
    );
    expect(error.message).toMatch(/^log: /);
    expect(loss).toBeNaN();
  });

  test('and not those that hand the number on', () => {
    const x = tensor([[1, -1]]);
    const error = anomalyOf(() =>
      detectAnomaly(() => {
        const y = transpose(sqrt(x));
        return mean(linear(stack([reshape(y, [2]), zeros([2])]), randn([3, 2])));
      }),
    );
    expect(error.message).toMatch(/^sqrt: /);
  });

  test('unless they turn an infinity into NaN; then the infinity is the cause', () => {
    const error = anomalyOf(() =>
      detectAnomaly(() => {
        const e = exp(tensor([1000, 1]));
        return div(e, sum(e));
      }),
    );
    expect(error).toMatchInlineSnapshot(
      `[AnomalyError: div: the result is NaN in 1 of 2 places, first at [0]. inputs[0] is [2], inputs[1] is []; inputs[0] is 2.718 and holds 1 infinite, inputs[1] holds 1 infinite, the infinity began in exp. Keep the inputs of div where it is finite, with clamp or with where before it.]`,
    );
    const earlier = (error.cause as Error).cause;
    expect(earlier).toBeInstanceOf(AnomalyError);
    expect(String(earlier)).toMatch(/^AnomalyError: exp: the result is Infinity in 1 of 2 places, first at \[0\]/);
  });

  test('or make an infinity of the other sign', () => {
    const logits = where(tensor([[1, 0]]), tensor([[1, 2]]), -Infinity);
    const ids = tensor([1], { dtype: 'int32' });
    expect(anomalyOf(() => detectAnomaly(() => softmaxCrossEntropy(logits, ids)))).toMatchInlineSnapshot(
      `[AnomalyError: softmaxCrossEntropy: the result is Infinity. inputs[0] is [1, 2], inputs[1] is [1]; inputs[0] is 1 and holds 1 infinite, inputs[1] is 1. Keep the inputs of softmaxCrossEntropy where it is finite, with clamp or with where before it.]`,
    );
  });

  test('inside an operation of one’s own, and that', () => {
    const op = defineOp<null>({
      name: 'logOfSquare',
      forward: ([x]) => log(square(x as Tensor)),
      vjp: ({ gradient }) => [gradient],
      samples: [{ inputs: [{ shape: [2] }], attributes: null }],
    });
    const error = anomalyOf(() => detectAnomaly(() => new Tape().record(() => apply(op, [zeros([2])], null))));
    expect(error.message).toMatch(/^log \(in logOfSquare\): the result is -Infinity in 2 of 2 places/);
  });

  test('inside a checkpoint', () => {
    const error = anomalyOf(() =>
      detectAnomaly(() =>
        new Tape().record(() => sum(checkpoint((x) => namedScope('Part', () => log(x), 5), parameter([1, -1])))),
      ),
    );
    expect(error.message).toMatch(/^log \(in Part, t = 5\): the result is NaN/);
  });

  test('that computes first with what came in', () => {
    const data = tensor([
      [1, 2],
      [3, NaN],
    ]);
    const w = parameter([1, Infinity], 'head.w');
    expect(anomalyOf(() => detectAnomaly(() => sum(mul(pick(data, 0, 1), 2))))).toMatchInlineSnapshot(
      `[AnomalyError: mul: inputs[0] came in with NaN in 1 of 2 places, first at [1]. inputs[0] is [2]; inputs[0] is 3 and holds 1 NaN. Check the data, or what has written the parameter.]`,
    );
    expect(anomalyOf(() => detectAnomaly(() => sum(namedScope('Head', () => mul(2, w)))))).toMatchInlineSnapshot(
      `[AnomalyError: mul (in Head): inputs[1] (head.w) came in with Infinity in 1 of 2 places, first at [1]. inputs[1] (head.w) is [2]; inputs[1] (head.w) is 1 and holds 1 infinite. Check the data, or what has written the parameter.]`,
    );
  });

  test('that was told to write it, where it is all there is', () => {
    const padded = (): Tensor => sum(pad(tensor([1]), 0, 0, 1, Number.NaN));
    expect(anomalyOf(() => detectAnomaly(padded))).toMatchInlineSnapshot(
      `[AnomalyError: pad: it is told to fill in NaN. result is [2]. Fill in a finite number.]`,
    );
  });

  test('once: scopes that are open at the throw are not said twice', () => {
    const w = parameter([0]);
    const error = anomalyOf(() =>
      namedScope('Program', () =>
        detectAnomaly(() => namedScope('Epoch', () => new Tape().record(() => namedScope('Cell', () => log(w), 2)), 1)),
      ),
    );
    expect(error.message).toMatch(/^log \(in Cell, t = 2, in Epoch, t = 1, in Program\): /);
  });
});

describe('forwards it passes', () => {
  const w = parameter([1, 0, -1]);

  test.each<[string, () => Tensor]>([
    ['a logarithm of 0 behind where', () => sum(where(greater(w, 0), log(w), 0))],
    ['a quotient that is clamped', () => sum(clamp(div(1, square(w)), { max: 5 }))],
    ['a softmax over masked logits', () => softmax(where(greater(w, 0), w, -Infinity))],
    ['a loss over masked logits', () => sum(logsumexp(where(greater(w, 0), w, -Infinity)))],
    ['an exponential of a logarithm', () => sum(exp(log(square(w))))],
    ['a masked loss', () => mean(mul(where(greater(w, 0), log(w), 0), greater(w, 0)))],
    ['a mask among other numbers', () => mul(2, add(w, pad(zeros([1]), 0, 1, 1, -Infinity)))],
    ['data with holes that are filled', () => sum(where(tensor([1, 0]), tensor([3, NaN]), 0))],
    ['a full tensor of infinities', () => full([2], Infinity)],
    ['numbers that are large', () => full([2], 1e38)],
    ['nothing', () => zeros([0])],
  ])('%s', (_, fn) => {
    const plain = fn().data;
    expect(detectAnomaly(fn).data).toEqual(plain);
    expect(detectAnomaly(() => new Tape().record(fn)).data).toEqual(plain);
  });

  test('and backwards too, with the same bits', () => {
    const gradient = (): Float32Array => {
      const tape = new Tape();
      const loss = tape.record(() => sum(where(greater(w, 0), log(w), 0)));
      w.zeroGrad();
      tape.backward(loss);
      return w.grad?.data as Float32Array;
    };
    const plain = gradient();
    expect(detectAnomaly(() => gradient().every(Number.isFinite))).toBe(true);
    expect(w.grad?.data).toEqual(plain);
  });

  test('what has arrived is all that counts: a NaN that the program itself has left behind is one', () => {
    const x = tensor([-1]);
    const behind = (): Tensor => {
      sqrt(x);
      return square(x);
    };
    expect(anomalyOf(() => detectAnomaly(behind)).message).toMatch(/^sqrt: /);
  });
});

describe('the search', () => {
  const bad = (): Tensor => log(zeros([1]));

  test('is off outside, and after every end', () => {
    expect(engine.watch).toBeNull();
    detectAnomaly(() => expect(engine.watch).not.toBeNull());
    anomalyOf(() => detectAnomaly(bad));
    expect(() =>
      detectAnomaly(() => {
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(engine.watch).toBeNull();
    expect(bad().item()).toBe(-Infinity);
  });

  test('nests: an inner one ends with an error of its own, and the outer goes on', () => {
    const tape = new Tape();
    const w = parameter([1, 2]);
    const error = anomalyOf(() =>
      detectAnomaly(() => {
        expect(anomalyOf(() => detectAnomaly(bad)).message).toMatch(/^log: /);
        expect(anomalyOf(() => tape.record(bad)).message).toMatch(/^log: /);
        tape.backward(tape.record(() => sum(square(w))));
        expect(w.grad?.toArray()).toEqual([2, 4]);
        return sqrt(tensor([-1]));
      }),
    );
    expect(error.message).toMatch(/^sqrt: /);
    expect(engine.watch).toBeNull();
  });

  test('follows a number from one recording into the next', () => {
    const tape = new Tape();
    const error = anomalyOf(() =>
      detectAnomaly(() => {
        const state = tape.record(() => ({ log: where(tensor([1]), 1, bad()), exp: exp(tensor([1, 2])) }));
        const inner = div(state.log, zeros([1]));
        return new Tape().record(() => tanh(mul(inner, 0)));
      }),
    );
    expect(error.message).toMatch(/^mul: the result is NaN/);
    expect(String((error.cause as Error).cause)).toMatch(/^AnomalyError: div: the result is Infinity/);
  });

  test('leaves the tape usable after an anomaly in either direction', () => {
    const tape = new Tape();
    const w = parameter([1, 0]);
    anomalyOf(() => detectAnomaly(() => tape.record(() => sum(log(w)))));
    anomalyOf(() =>
      detectAnomaly(() => {
        tape.backward(tape.record(() => sum(sqrt(w))));
      }),
    );
    expect(w.grad).toBeNull();
    tape.backward(tape.record(() => sum(square(w))));
    expect(w.grad?.toArray()).toEqual([2, 0]);
  });

  test('changes no bit of values and gradients', () => {
    const rng = new Rng(4);
    const make = (...shape: number[]): Parameter => new Parameter(randn(shape, { rng }));
    const [wx, wh, bias] = [make(12, 3), make(12, 4), make(12)];
    const x = randn([20, 30, 3], { rng });
    const run = (): Float32Array[] => {
      const tape = new Tape();
      const loss = tape.record(() => {
        let [h, c] = [zeros([20, 4]), zeros([20, 4])];
        const outputs: Tensor[] = [];
        for (let t = 0; t < 30; t++) {
          const [f, i, g] = split(add(linear(pick(x, 1, t), wx, bias), linear(h, wh)), 3, 1);
          c = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
          h = tanh(c);
          outputs.push(h);
        }
        return mean(square(stack(outputs)));
      });
      for (const p of [wx, wh, bias]) p.zeroGrad();
      tape.backward(loss);
      return [loss, wx.grad, wh.grad, bias.grad].map((t) => t?.data as Float32Array);
    };
    const plain = run();
    let watched: Float32Array[] = [];
    detectAnomaly(() => {
      watched = run();
    });
    expect(watched).toEqual(plain);
  });

  test('keeps long stacks while it runs, and only then', () => {
    const limit: unknown = Reflect.get(Error, 'stackTraceLimit');
    const deep = (n: number): Tensor => (n === 0 ? bad() : deep(n - 1));
    const outermost = (): Tensor => deep(20);
    expect(callOf(anomalyOf(() => detectAnomaly(outermost)))).toContain('outermost');
    expect(Reflect.get(Error, 'stackTraceLimit')).toBe(limit);
  });

  test('returns what the function does, and refuses a promise', () => {
    const map = new Map();
    expect(detectAnomaly(() => map)).toBe(map);
    expect(() => detectAnomaly(async () => bad())).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: detectAnomaly: the result is a promise; a computation is synchronous, since what it computes belongs to one recording. Await the data first, then compute without async.]`,
    );
    expect(engine.watch).toBeNull();
  });
});

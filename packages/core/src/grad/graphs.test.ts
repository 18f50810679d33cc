/**
 * Random programs: views of views, slices of one tensor used many times, fan-out, shared weights. The walk that
 * writes in place, the walk that is itself recorded, and the difference quotient must agree.
 */
import '@unroll/kernels/reference';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  abs,
  add,
  broadcastTo,
  concat,
  cumprod,
  div,
  einsum,
  expandDims,
  flip,
  gather,
  grad,
  linear,
  linearRecurrence,
  logSoftmax,
  logsumexp,
  matmul,
  max,
  maximum,
  mean,
  mul,
  norm,
  Parameter,
  pad,
  permute,
  pick,
  relu,
  reshape,
  sigmoid,
  slice,
  softmax,
  softplus,
  split,
  square,
  stack,
  sub,
  sum,
  Tape,
  type Tensor,
  tanh,
  tensor,
  transpose,
  valueAndGrad,
  where,
} from '../index.js';
import { dot, draw, RUNS, seed } from '../laws.fixture.js';

/** One line of a program: an operation by number, its operands by number, and a number to choose axes and places by. */
interface Line {
  readonly op: number;
  readonly a: number;
  readonly b: number;
  readonly k: number;
}

/** Shapes of the variables: a matrix, the weights that it meets, a vector, a scalar, a sequence [N, T, D]. */
const VARIABLES = [[3, 4], [4, 4], [4], [], [2, 3, 4]] as const;

const fits = (x: Tensor, y: Tensor): boolean =>
  Array.from({ length: Math.max(x.rank, y.rank) }, (_, i) => [x.shape.at(-1 - i) ?? 1, y.shape.at(-1 - i) ?? 1]).every(
    ([p, q]) => p === q || p === 1 || q === 1,
  );

/** Operations that keep numbers small, so that differences measure well; null where the operands do not suit. */
const OPERATIONS: readonly ((x: Tensor, y: Tensor, k: number) => Tensor | null)[] = [
  (x) => tanh(x),
  (x) => sigmoid(x),
  (x) => softplus(x),
  (x) => square(tanh(x)),
  (x) => relu(x),
  (x) => abs(x),
  (x, y) => (fits(x, y) ? add(x, y) : null),
  (x, y) => (fits(x, y) ? sub(x, y) : null),
  (x, y) => (fits(x, y) ? mul(tanh(x), tanh(y)) : null),
  (x, y) => (fits(x, y) ? div(x, add(square(y), 2)) : null),
  (x, y) => (fits(x, y) ? maximum(x, y) : null),
  (x, y) =>
    x.rank >= 2 &&
    y.rank >= 2 &&
    fits(pick(pick(x, -1, 0), -1, 0), pick(pick(y, -1, 0), -1, 0)) &&
    x.shape.at(-1) === y.shape.at(-2)
      ? tanh(matmul(x, y))
      : null,
  (x, y) => (x.rank >= 1 && y.rank === 2 && x.shape.at(-1) === y.shape[1] ? linear(tanh(x), y, pick(y, 1, 0)) : null),
  (x, _, k) => (x.rank === 0 ? null : pick(x, k % x.rank, k % (x.shape[k % x.rank] as number))),
  (x, _, k) =>
    x.rank === 0 ? null : slice(x, k % x.rank, k % (x.shape[k % x.rank] as number), undefined, 1 + (k % 2)),
  (x, _, k) => (x.rank === 0 ? null : flip(x, k % x.rank)),
  (x) => (x.rank < 2 ? null : transpose(x)),
  (x, _, k) =>
    permute(
      x,
      x.shape.map((_, axis) => (axis + k) % x.rank),
    ),
  (x) => reshape(x, [x.size]),
  (x) => (x.rank === 2 ? reshape(transpose(x), [...x.shape]) : null),
  (x, _, k) => expandDims(x, k % (x.rank + 1)),
  (x, _, k) => broadcastTo(x, [1 + (k % 2), ...x.shape]),
  (x, _, k) => (x.rank === 0 ? null : pad(x, k % x.rank, k % 2, 1)),
  (x, y) =>
    x.rank >= 1 && x.rank === y.rank && x.shape.slice(1).join() === y.shape.slice(1).join() ? concat([x, y, x]) : null,
  (x, y, k) => (x.shape.join() === y.shape.join() ? stack([x, y], k % (x.rank + 1)) : null),
  (x, _, k) =>
    x.rank === 0 ? null : sum(split(x, x.shape[k % x.rank] as number, k % x.rank)[0] as Tensor, k % x.rank),
  (x, _, k) => (x.rank === 0 ? mean(x) : mean(x, k % x.rank)),
  (x, _, k) => (x.rank === 0 ? null : max(x, k % x.rank)),
  (x, _, k) => (x.rank === 0 ? null : softmax(x, k % x.rank)),
  (x, _, k) => (x.rank === 0 ? null : mul(logSoftmax(x, k % x.rank), 0.1)),
  (x) => logsumexp(x),
  (x, y, k) =>
    x.rank > 0 && fits(x, y)
      ? mul(linearRecurrence(tanh(x), y, -1 - (k % x.rank), { reverse: k % 2 === 0 }), 0.3)
      : null,
  (x, _, k) => (x.rank === 0 ? null : cumprod(tanh(x), k % x.rank)),
  (x, y) => (x.rank === 2 && y.rank === 2 && x.shape[0] === y.shape[0] ? tanh(einsum('ij,ik->jk', x, y)) : null),
  (x, _, k) => (x.rank === 0 ? null : norm(add(x, 3), k % x.rank)),
  (x, _, k) => (x.rank === 0 ? null : gather(x, tensor([0, k % (x.shape[0] as number), 0], { dtype: 'int32' }))),
  (x, y) => (fits(x, y) ? where(tensor(1, { dtype: 'float64' }), mul(x, 0.5), y) : null),
];

const MOST = 200;

/** Runs a program on its variables: each line adds a tensor to those that later lines may use. */
function run(program: readonly Line[], variables: readonly Tensor[], from: number): Tensor {
  const made = [...variables];
  for (const { op, a, b, k } of program) {
    const [x, y] = [made[a % made.length] as Tensor, made[b % made.length] as Tensor];
    const result = (OPERATIONS[op % OPERATIONS.length] as (typeof OPERATIONS)[number])(x, y, k);
    if (result !== null && result.size <= MOST && result.size > 0) made.push(result);
  }
  // The last ones weigh in, so that several ends are walked back from; and each variable, so that all are part of it.
  const ends = made.slice(-3).map((t, i) => sum(mul(t, draw(t.shape, from + i))));
  return [...ends, ...variables.map((x) => mean(tanh(x)))].reduce((total, part) => add(total, part));
}

const line: fc.Arbitrary<Line> = fc.record({
  op: fc.nat(OPERATIONS.length - 1),
  a: fc.nat(30),
  b: fc.nat(30),
  k: fc.nat(11),
});
const program: fc.Arbitrary<Line[]> = fc.array(line, { minLength: 1, maxLength: 24, size: 'max' });
const variablesFrom = (from: number): Tensor[] => VARIABLES.map((shape, i) => draw(shape, from + 10 * (i + 1)));

function expectClose(actual: readonly Tensor[], expected: readonly Tensor[]): void {
  for (const [i, t] of expected.entries()) {
    const own = actual[i] as Tensor;
    expect(own.shape).toEqual(t.shape);
    const [a, b] = [own.data, t.data];
    const scale = [...b].reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
    for (let j = 0; j < b.length; j++) {
      expect(Math.abs((a[j] as number) - (b[j] as number))).toBeLessThanOrEqual(1e-12 * scale);
    }
  }
}

describe('random programs', () => {
  test('in place, recorded, and through parameters: one gradient', () => {
    fc.assert(
      fc.property(program, seed, (lines, from) => {
        const variables = variablesFrom(from);
        const tape = new Tape();
        const loss = tape.record(() => run(lines, variables, from));
        const inPlace = tape.gradient(loss, variables);
        const recorded = new Tape().record(() => grad((x: readonly Tensor[]) => run(lines, x, from))(variables));
        expectClose(inPlace, recorded);
        expectClose(grad((x: readonly Tensor[]) => run(lines, x, from))(variables), recorded);

        const parameters = variables.map((values) => new Parameter(values));
        const trained = new Tape();
        const used = trained.record(() => run(lines, parameters, from));
        trained.backward(used);
        const touched = parameters.filter(({ grad: gradient }) => gradient !== null);
        expectClose(
          touched.map(({ grad: gradient }) => gradient as Tensor),
          recorded.filter((_, i) => parameters[i]?.grad !== null),
        );
        for (const [i, { grad: gradient }] of parameters.entries()) {
          if (gradient === null) expect([...(recorded[i] as Tensor).data].every((value) => value === 0)).toBe(true);
        }
      }),
      { ...RUNS, numRuns: 600 },
    );
  });

  test('the gradient by any tensor in between is asked for without disturbing the others', () => {
    fc.assert(
      fc.property(program, seed, fc.nat(), (lines, from, which) => {
        const variables = variablesFrom(from);
        const tape = new Tape();
        const between: Tensor[] = [];
        const loss = tape.record(() => {
          const front = lines.slice(0, Math.ceil(lines.length / 2));
          const h = tanh(variables[which % VARIABLES.length] as Tensor);
          between.push(h, reshape(h, [h.size]));
          const back = run(front, [...variables.slice(1), h, between[1] as Tensor], from);
          return add(back, run(lines, [between[1] as Tensor, ...variables], from + 1));
        });
        const alone = tape.gradient(loss, variables);
        const together = tape.gradient(loss, [...variables, ...between]);
        expectClose(together.slice(0, variables.length), alone);
        for (const [i, t] of between.entries())
          expectClose(tape.gradient(loss, [t]), [together[variables.length + i] as Tensor]);
      }),
      { ...RUNS, numRuns: 200 },
    );
  });

  test('two live recordings of the same variables do not disturb each other', () => {
    fc.assert(
      fc.property(program, program, seed, (first, second, from) => {
        const variables = variablesFrom(from);
        const alone = [first, second].map((lines) => grad((x: readonly Tensor[]) => run(lines, x, from))(variables));
        const tapes = [new Tape(), new Tape()] as const;
        const losses = [first, second].map((lines, i) =>
          (tapes[i] as Tape).record(() => run(lines, variables, from)),
        ) as [Tensor, Tensor];
        for (const i of [0, 1, 0] as const) {
          expectClose(tapes[i].gradient(losses[i], variables), alone[i] as readonly Tensor[]);
        }
      }),
      { ...RUNS, numRuns: 150 },
    );
  });

  test('is the slope of the program', () => {
    fc.assert(
      fc.property(program, seed, (lines, from) => {
        const variables = variablesFrom(from);
        const { gradient } = valueAndGrad((x: readonly Tensor[]) => run(lines, x, from))(variables);
        const direction = variables.map((x, i) => draw(x.shape, from + 77 + i));
        const slope = gradient.reduce((total, g, i) => total + dot(g, direction[i] as Tensor).value, 0);
        const at = (distance: number): number =>
          run(
            lines,
            variables.map((x, i) => add(x, mul(direction[i] as Tensor, distance))),
            from,
          ).item();
        const measured = (at(1e-5) - at(-1e-5)) / 2e-5;
        // A program with a kink this near has no slope: relu, abs, max.
        fc.pre(Math.abs(at(1e-5) - 2 * at(0) + at(-1e-5)) / 1e-5 <= 1e-3 * (1 + Math.abs(measured)));
        expect(Math.abs(slope - measured)).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(slope)));
      }),
      { ...RUNS, numRuns: 200 },
    );
  });

  test('the second derivative is the slope of the first', () => {
    fc.assert(
      fc.property(program, seed, (lines, from) => {
        const variables = variablesFrom(from);
        const v = variables.map((x, i) => draw(x.shape, from + 55 + i));
        const along = (x: readonly Tensor[]): Tensor =>
          grad((y: readonly Tensor[]) => run(lines, y, from))(x).reduce<Tensor>(
            (total, g, i) => add(total, sum(mul(g, v[i] as Tensor))),
            mul(sum(x[3] as Tensor), 0),
          );
        const second = grad(along)(variables);
        const slope = second.reduce((total, g, i) => total + dot(g, v[i] as Tensor).value, 0);
        const at = (distance: number): number =>
          along(variables.map((x, i) => add(x, mul(v[i] as Tensor, distance)))).item();
        const measured = (at(1e-5) - at(-1e-5)) / 2e-5;
        fc.pre(Math.abs(at(1e-5) - 2 * at(0) + at(-1e-5)) / 1e-5 <= 1e-2 * (1 + Math.abs(measured)));
        expect(Math.abs(slope - measured)).toBeLessThanOrEqual(1e-5 * (1 + Math.abs(slope)));
      }),
      { ...RUNS, numRuns: 80 },
    );
  });
});

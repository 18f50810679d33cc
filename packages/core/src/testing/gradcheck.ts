/** Derivatives compared with differences, in float64, along random directions. */
import { checkOptions, UnrollError, ValueError } from '../errors.js';
import { valueAndGrad } from '../grad/functional.js';
import { add, mul } from '../ops/arithmetic.js';
import { sum } from '../ops/sum.js';
import { Rng } from '../random.js';
import { randn } from '../tensor/create.js';
import { newData } from '../tensor/storage.js';
import { hostTensor, type Tensor } from '../tensor/tensor.js';

/** Options of {@link gradcheck}. */
export interface GradcheckOptions {
  /** 1 checks gradients, 2 gradients of gradients too. 2 unless given. */
  readonly order?: 1 | 2;
  /** Relative difference allowed between derivative and difference quotient. 1e-6 unless given. */
  readonly tolerance?: number;
  /** Half the distance of the two points of a difference quotient. 1e-5 unless given. */
  readonly step?: number;
  /** Draws the directions. Seed 0 unless given. */
  readonly rng?: Rng;
}

/** A derivative that is not what the function does. */
export class GradcheckError extends UnrollError {
  override readonly name = 'GradcheckError';
}

interface Settings {
  readonly tolerance: number;
  readonly step: number;
  readonly rng: Rng;
}

type Scalar = (inputs: readonly Tensor[]) => Tensor;

/**
 * Checks the gradients of a function of float64 tensors by all of its float64 inputs.
 *
 * The result is projected onto a random tensor u; then ⟨∇L, d⟩ along a random direction d is compared
 * with (L(x + εd) − L(x − εd)) / 2ε. For order 2 the same is done with ⟨∇L, v⟩ in the place of L, with u
 * as one more input. int32 inputs are passed on.
 *
 * Errors: `GradcheckError` naming the entry and both figures; `ValueError` where the function has a kink
 * within a step of the inputs or is not finite there, since it has no derivative then, and for float32 inputs.
 * @source the random projection follows `check_grads` of HIPS/autograd
 *
 * @example
 * ```ts
 * import '@unroll/kernels/reference';
 * import { randn, tanh } from '@unroll/core';
 * import { gradcheck } from '@unroll/core/testing';
 * gradcheck((x) => tanh(x), [randn([2, 3], { dtype: 'float64' })]);
 * ```
 */
export function gradcheck(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: GradcheckOptions = {},
): void {
  checkOptions('gradcheck', options, ['order', 'tolerance', 'step', 'rng']);
  const { order = 2, tolerance = 1e-6, step = 1e-5, rng = new Rng(0) } = options;
  const coarse = inputs.findIndex((input) => input.dtype === 'float32');
  if (coarse >= 0 || !inputs.some((input) => input.dtype === 'float64')) {
    throw new ValueError({
      op: 'gradcheck',
      what: coarse >= 0 ? `input ${coarse} is float32` : 'no input is float64',
      rule: 'differences in float32 are too coarse to check a derivative',
      mend: "Pass { dtype: 'float64' } to the functions that make the inputs",
    });
  }
  const settings = { tolerance, step, rng };
  const projection = randn(f(...inputs).shape, { dtype: 'float64', rng });
  const first: Scalar = (at) => sum(mul(f(...at), projection));
  const names = inputs.map((_, i) => `input ${i}`);
  checkScalar('the function', first, inputs, names, settings);
  if (order === 1) return;
  const directions = inputs.map((input) => randn(input.shape, { dtype: 'float64', rng }));
  const second: Scalar = (at) => {
    const [u, ...rest] = at as readonly [Tensor, ...Tensor[]];
    const { gradient } = gradientOf((x) => sum(mul(f(...x), u)), rest);
    const products = gradient.map((g, i) => (g === null ? null : sum(mul(g, directions[i] as Tensor))));
    return products.reduce<Tensor>((total, part) => (part === null ? total : add(total, part)), sum(mul(u, 0)));
  };
  checkScalar("the function's gradient", second, [projection, ...inputs], ['gradient', ...names], settings);
}

/** The gradient by each float64 input; null for the others. */
function gradientOf(f: Scalar, inputs: readonly Tensor[]): { value: Tensor; gradient: (Tensor | null)[] } {
  const float = inputs.filter((input) => input.dtype === 'float64');
  const { value, gradient } = valueAndGrad((x: readonly Tensor[]) => f(merge(inputs, x)))(float);
  let next = 0;
  return { value, gradient: inputs.map((input) => (input.dtype === 'float64' ? (gradient[next++] as Tensor) : null)) };
}

function merge(inputs: readonly Tensor[], float: readonly Tensor[]): Tensor[] {
  let next = 0;
  return inputs.map((input) => (input.dtype === 'float64' ? (float[next++] as Tensor) : input));
}

function checkScalar(
  what: string,
  f: Scalar,
  inputs: readonly Tensor[],
  names: readonly string[],
  settings: Settings,
): void {
  const { gradient } = gradientOf(f, inputs);
  const direction = gradient.map((g) =>
    g === null ? null : randn(g.shape, { dtype: 'float64', rng: settings.rng }).data,
  );
  const slope = gradient.reduce(
    (total, g, i) => total + (g === null ? 0 : dot(g.data, direction[i] as Float64Array)),
    0,
  );
  const measured = quotient(what, f, inputs, direction, settings);
  if (close(slope, measured, settings.tolerance)) return;
  throw disagreement(what, f, inputs, names, gradient, settings, { slope, measured });
}

/** (L(x + εd) − L(x − εd)) / 2ε. Errors: `ValueError` at a kink. */
function quotient(
  what: string,
  f: Scalar,
  inputs: readonly Tensor[],
  direction: readonly (ArrayLike<number> | null)[],
  { step, tolerance }: Settings,
): number {
  const value = (distance: number): number => {
    const result = f(move(inputs, direction, distance)).item();
    if (Number.isFinite(result)) return result;
    throw new ValueError({
      op: 'gradcheck',
      what: `${what} is ${result} ${distance === 0 ? 'at' : `within ${step} of`} the inputs`,
      rule: 'derivatives exist where it is finite',
      mend: 'Choose other inputs',
    });
  };
  const here = value(0);
  /** How much the slopes on both sides differ at a distance: for a smooth function it shrinks with it. */
  const bend = (distance: number): number => (value(distance) - 2 * here + value(-distance)) / distance;
  const central = (distance: number): number => (value(distance) - value(-distance)) / (2 * distance);
  const [wide, narrow] = [bend(step), bend(step / 4)];
  const noise = (1 + Math.abs(here)) * (1e-15 / step) * 40;
  const allowance = tolerance * 10 * (1 + Math.abs(central(step))) + noise;
  const kinked = Math.abs(wide) > allowance && Math.abs(narrow) > 0.5 * Math.abs(wide);
  if (kinked || !close(central(step), central(step / 4), tolerance * 10 + noise)) {
    throw new ValueError({
      op: 'gradcheck',
      what: `${what} has a kink within ${step} of the inputs: the slopes of both sides differ by ${Math.abs(wide).toPrecision(3)}`,
      rule: 'there is no derivative at a kink (relu at 0, ties of max)',
      mend: 'Move the inputs away from it',
    });
  }
  return central(step);
}

function move(inputs: readonly Tensor[], direction: readonly (ArrayLike<number> | null)[], distance: number): Tensor[] {
  return inputs.map((input, i) => {
    const along = direction[i] ?? null;
    if (along === null || distance === 0) return input;
    const data = newData('float64', input.size);
    const from = input.data;
    for (let j = 0; j < data.length; j++) data[j] = (from[j] as number) + distance * (along[j] as number);
    return hostTensor(data, input.shape, 'float64');
  });
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}

function close(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance * (1 + Math.abs(a) + Math.abs(b));
}

/** Looks for the entry whose derivative is furthest off, to name it. */
function disagreement(
  what: string,
  f: Scalar,
  inputs: readonly Tensor[],
  names: readonly string[],
  gradient: readonly (Tensor | null)[],
  settings: Settings,
  along: { readonly slope: number; readonly measured: number },
): GradcheckError {
  let worst = { text: 'along a random direction', gap: 0, ...along };
  for (const [i, g] of gradient.entries()) {
    const data = g?.data ?? [];
    for (let j = 0; j < data.length; j++) {
      const unit = inputs.map((input, k) =>
        k === i ? Float64Array.from({ length: input.size }, (_, at) => (at === j ? 1 : 0)) : null,
      );
      const measured = quotient(what, f, inputs, unit, settings);
      const slope = data[j] as number;
      const gap = Number.isFinite(slope) ? Math.abs(slope - measured) : Infinity;
      if (gap > worst.gap) worst = { text: `by entry ${j} of ${names[i]}`, gap, slope, measured };
    }
  }
  return new GradcheckError({
    op: 'gradcheck',
    what: `the derivative of ${what} ${worst.text} is ${worst.slope}, its difference quotient ${worst.measured}`,
    arrays: Object.fromEntries(inputs.map((input, i) => [names[i] as string, input])),
    rule: `they may differ by ${settings.tolerance} of their size`,
    mend: 'Check the vjp of the operations that it uses',
  });
}

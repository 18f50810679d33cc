/** The problem that every update rule is traced on: four parabolas, one of them flat. */
import '@unroll/kernels/reference';
import { Parameter, tensor } from '@unroll/core';
import type { Optimizer } from './index.js';

export const START: readonly number[] = [1, -2, 0.5, 3];
const SCALE = [1, 0.1, 10, 0];
const CENTER = [0.25, 1, -1.5, 7];
const STEPS = 20;

/** The gradient of parabola `i` at `p`. */
export const slope = (p: number, i: number): number => (SCALE[i] as number) * (p - (CENTER[i] as number));

/** The numbers of a parameter after each of 20 steps. */
export function trace(
  dtype: 'float32' | 'float64',
  optimizerOf: (parameters: readonly Parameter[]) => Optimizer,
): number[][] {
  const parameter = new Parameter(tensor([...START], { dtype }));
  const optimizer = optimizerOf([parameter]);
  return Array.from({ length: STEPS }, () => {
    parameter.grad = tensor([...parameter.data].map(slope), { dtype });
    optimizer.step();
    return [...parameter.data];
  });
}

/** The same with plain float64 numbers: `ruleOf` makes an update rule of one number, state included. */
export function plainTrace(ruleOf: () => (p: number, g: number) => number): number[][] {
  const rules = START.map(ruleOf);
  let numbers: readonly number[] = START;
  return Array.from({ length: STEPS }, () => {
    const next = numbers.map((p, i) => (rules[i] as (p: number, g: number) => number)(p, slope(p, i)));
    numbers = next;
    return next;
  });
}

/** The largest difference between two traces, relative to the larger number where that is above 1. */
export function distance(a: readonly number[][], b: readonly number[][]): number {
  const [left, right] = [a.flat(), b.flat()];
  if (left.length !== right.length) return Number.POSITIVE_INFINITY;
  const differences = left.map((x, i) => {
    const y = right[i] as number;
    const difference = Math.abs(x - y) / Math.max(1, Math.abs(x), Math.abs(y));
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  });
  return Math.max(...differences);
}

/** Arithmetic on plain numbers, for the restatements of cells. */
import { sigmoid } from '@unroll/core';
import type { PlainParameters } from '../../testing/index.js';
import type { Activation } from './activation.js';

export type Matrix = readonly (readonly number[])[];

/** w·x. */
export function product(w: Matrix, x: readonly number[]): number[] {
  return w.map((row) => row.reduce((sum, entry, i) => sum + entry * (x[i] ?? 0), 0));
}

/** W·x + U·h + b, by gate and unit. */
export function gateSums(
  parameters: PlainParameters,
  x: readonly number[],
  h: readonly number[],
  units: number = h.length,
): (gate: number, unit: number) => number {
  const input = product(parameters.matrix('weightIh'), x);
  const hidden = product(parameters.matrix('weightHh'), h);
  const bias = parameters.vector('bias');
  return (gate, unit) => {
    const row = gate * units + unit;
    return (input[row] ?? 0) + (hidden[row] ?? 0) + (bias[row] ?? 0);
  };
}

/** Brought to mean 0 and variance 1, all but for eps. */
export function standardized(values: readonly number[], eps: number): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length;
  return values.map((value) => (value - mean) / Math.sqrt(variance + eps));
}

/** Of float64: compared to 1e-12, so the engine's own functions are good enough. */
export const tanh: (x: number) => number = Math.tanh;
export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** What a cell's `activation` may be, and the same in plain numbers. */
export const activations: readonly [name: string, activation: Activation, plain: (x: number) => number][] = [
  ['tanh', 'tanh', tanh],
  ['relu', 'relu', (x) => Math.max(x, 0)],
  ['a function', sigmoid, logistic],
];

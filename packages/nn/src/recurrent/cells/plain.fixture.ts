/** Arithmetic on plain numbers, for the restatements of cells. */

export type Matrix = readonly (readonly number[])[];

/** w·x. */
export function product(w: Matrix, x: readonly number[]): number[] {
  return w.map((row) => row.reduce((sum, entry, i) => sum + entry * (x[i] ?? 0), 0));
}

/** Of float64: compared to 1e-12, so the engine's own functions are good enough. */
export const tanh: (x: number) => number = Math.tanh;
export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

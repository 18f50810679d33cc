/** Backpropagation through time as the lectures write it down: loops over plain numbers, which know no tape. */
import { type Tensor, zeros } from '@unroll/core';

/** Letters, units, steps. */
export const D = 4;
export const H = 3;
export const T = 4;

/** Numbers by their places, an ndarray: `table.get(i, j)`. */
export type Table = Tensor['value'];

/** A table of zeros. */
export function table(...shape: readonly number[]): Table {
  return zeros(shape, { dtype: 'float64' }).value;
}

/** Adds to the number at a place. */
export function increase(sums: Table, place: readonly number[], by: number): void {
  sums.set(...place, sums.get(...place) + by);
}

/** The weights. */
export interface Weights {
  /** `[H, D]`, from the letter. */
  readonly Wxh: Table;
  /** `[H, H]`, from the state before. */
  readonly Whh: Table;
  /** `[H]`. */
  readonly b: Table;
  /** `[D, H]`, to the letter that follows. */
  readonly Why: Table;
}

/** The weights, and what the network reads. */
export interface Numbers extends Weights {
  /** `[1, T, D]`. */
  readonly x: Table;
  /** `[1, T]`. */
  readonly y: Table;
  /** `[1, H]`. */
  readonly h0: Table;
}

/** What the steps compute; t goes from 1 to T, and `h.get(0, i)` is the state before them. */
export interface Pass {
  /** `[T + 1, H]`. */
  readonly h: Table;
  /** `[T + 1, D]`: how probable each letter is. */
  readonly p: Table;
}

/** `h_t = tanh(Wxh·x_t + Whh·h_(t−1) + b)`, `p_t = softmax(Why·h_t)`. */
export function forward({ Wxh, Whh, b, Why, x, h0 }: Numbers): Pass {
  const [h, p] = [table(T + 1, H), table(T + 1, D)];
  for (let i = 0; i < H; i++) h.set(0, i, h0.get(0, i));
  for (let t = 1; t <= T; t++) {
    for (let i = 0; i < H; i++) {
      let a = b.get(i);
      for (let j = 0; j < D; j++) a += Wxh.get(i, j) * x.get(0, t - 1, j);
      for (let j = 0; j < H; j++) a += Whh.get(i, j) * h.get(t - 1, j);
      h.set(t, i, Math.tanh(a));
    }
    let total = 0;
    for (let k = 0; k < D; k++) {
      let score = 0;
      for (let i = 0; i < H; i++) score += Why.get(k, i) * h.get(t, i);
      p.set(t, k, Math.exp(score));
      total += p.get(t, k);
    }
    for (let k = 0; k < D; k++) p.set(t, k, p.get(t, k) / total);
  }
  return { h, p };
}

/** f′ of tanh at unit i of step t. */
export function slope({ h }: Pass, t: number, i: number): number {
  return 1 - h.get(t, i) ** 2;
}

/**
 * The gradients of `L = −Σ_t ln p_t[y_t]`, from the last step to the first. δ is the gradient by h, α the one by the
 * argument of tanh:
 *
 * ```text
 * g_t = p_t − y_t    δ_t = Whyᵀ·g_t + Whhᵀ·α_(t+1)    α_t = diag(f′_t)·δ_t
 * ∂L/∂Whh = Σ_t α_t·h_(t−1)ᵀ    ∂L/∂Wxh = Σ_t α_t·x_tᵀ    ∂L/∂b = Σ_t α_t    ∂L/∂Why = Σ_t g_t·h_tᵀ
 * ```
 */
export function backward({ Whh, Why, x, y }: Numbers, pass: Pass): Weights {
  const { h, p } = pass;
  const sums = { Wxh: table(H, D), Whh: table(H, H), b: table(H), Why: table(D, H) };
  let alphaNext = table(H); // behind the last step there is nothing
  for (let t = T; t >= 1; t--) {
    const delta = table(H);
    for (let k = 0; k < D; k++) {
      const g = p.get(t, k) - (y.get(0, t - 1) === k ? 1 : 0);
      for (let i = 0; i < H; i++) {
        increase(delta, [i], Why.get(k, i) * g);
        increase(sums.Why, [k, i], g * h.get(t, i));
      }
    }
    const alpha = table(H);
    for (let i = 0; i < H; i++) {
      for (let m = 0; m < H; m++) increase(delta, [i], Whh.get(m, i) * alphaNext.get(m));
      alpha.set(i, slope(pass, t, i) * delta.get(i));
      for (let j = 0; j < H; j++) increase(sums.Whh, [i, j], alpha.get(i) * h.get(t - 1, j));
      for (let j = 0; j < D; j++) increase(sums.Wxh, [i, j], alpha.get(i) * x.get(0, t - 1, j));
      increase(sums.b, [i], alpha.get(i));
    }
    alphaNext = alpha;
  }
  return sums;
}

/** `∂h_t/∂h_0 = diag(f′_t)·Whh · … · diag(f′_1)·Whh`, `[H, H]`. */
export function jacobian({ Whh }: Numbers, pass: Pass, t: number): Table {
  let product = table(H, H);
  for (let i = 0; i < H; i++) product.set(i, i, 1);
  for (let step = 1; step <= t; step++) {
    const before = product;
    product = table(H, H);
    for (let i = 0; i < H; i++)
      for (let j = 0; j < H; j++)
        for (let m = 0; m < H; m++) increase(product, [i, j], slope(pass, step, i) * Whh.get(i, m) * before.get(m, j));
  }
  return product;
}

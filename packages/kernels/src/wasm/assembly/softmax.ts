// Kernels of rows that are summed as exponentials. The row's maximum m is taken out first, so that none
// overflows and one is 1; the sum has the order of `sum`, whatever the layout.
import { ternary } from './elementwise';
import { expOfDifference } from './exponential';
import { held, keep, put, take } from './lanes';
import { logOf } from './logarithm';
import { totalOf } from './sum';

/** The largest of a row; −∞ of none. A NaN may be passed over here: it makes the sum NaN. */
function peakOf(cols: i32, from: usize, step: usize): f32 {
  let peak = f32x4.splat(-Infinity);
  let second = peak;
  for (; cols >= 8; cols -= 8) {
    peak = f32x4.pmax(peak, take(from, step, 4));
    second = f32x4.pmax(second, take(from + 4 * step, step, 4));
    from += 8 * step;
  }
  for (; cols > 0; cols -= 4) {
    peak = f32x4.pmax(peak, take(from, step, cols));
    from += 4 * step;
  }
  peak = f32x4.pmax(peak, second);
  peak = f32x4.pmax(peak, v128.shuffle<f32>(peak, peak, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmax(peak, v128.shuffle<f32>(peak, peak, 1, 0, 3, 2)), 0);
}

/** x − m. An infinite maximum is at distance 0 from itself; the others are infinitely far below. */
@inline
function below(m: v128, x: v128): v128 {
  return v128.andnot(f32x4.sub(x, m), f32x4.eq(x, m));
}

/** Σ eˣ⁻ᵐ. */
function weightOf(cols: i32, from: usize, step: usize, m: f32): f32 {
  const peak = f32x4.splat(m);
  const zeros = f32x4.splat(0);
  let low = zeros;
  let high = zeros;
  for (; cols >= 8; cols -= 8) {
    low = f32x4.add(low, expOfDifference(take(from, step, 4), peak));
    high = f32x4.add(high, expOfDifference(take(from + 4 * step, step, 4), peak));
    from += 8 * step;
  }
  for (let i = 0; i < 2 && cols > 0; i++) {
    const weights = keep(expOfDifference(take(from, step, cols), peak), cols, zeros);
    if (i == 0) low = f32x4.add(low, weights);
    else high = f32x4.add(high, weights);
    cols -= 4;
    from += 4 * step;
  }
  return totalOf(low, high);
}

@inline
function logOfOne(x: f32): f32 {
  return f32x4.extract_lane(logOf(f32x4.splat(x)), 0);
}

export function logsumexp(rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outStep: usize): void {
  x <<= 2; xRow <<= 2; xCol <<= 2;
  out <<= 2; outStep <<= 2;
  for (; rows > 0; rows--) {
    const m = peakOf(cols, x, xCol);
    // Over nothing, or over −∞ alone, m is −∞ and stays it, whatever is added.
    store<f32>(out, m + logOfOne(weightOf(cols, x, xCol, m)));
    x += xRow;
    out += outStep;
  }
}

class Share {
  @inline of(x: v128, m: v128, weight: v128): v128 { return f32x4.div(expOfDifference(x, m), weight); }
}
class LogShare {
  @inline of(x: v128, m: v128, logWeight: v128): v128 { return f32x4.sub(below(m, x), logWeight); }
}

export function softmax(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  for (; rows > 0; rows--) {
    const m = peakOf(cols, x << 2, xCol << 2);
    const weight = weightOf(cols, x << 2, xCol << 2, m);
    ternary<Share>(1, cols, x, 0, xCol, held(m, 1), 0, 0, held(weight, 2), 0, 0, out, 0, outCol);
    x += xRow;
    out += outRow;
  }
}

export function logSoftmax(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, out: usize, outRow: usize, outCol: usize,
): void {
  for (; rows > 0; rows--) {
    const m = peakOf(cols, x << 2, xCol << 2);
    const logWeight = logOfOne(weightOf(cols, x << 2, xCol << 2, m));
    ternary<LogShare>(1, cols, x, 0, xCol, held(m, 1), 0, 0, held(logWeight, 2), 0, 0, out, 0, outCol);
    x += xRow;
    out += outRow;
  }
}

/** The loss of each row's class. */
export function crossEntropy(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, ids: usize, out: usize, outStep: usize,
): void {
  x <<= 2; xRow <<= 2; xCol <<= 2;
  ids <<= 2;
  out <<= 2; outStep <<= 2;
  for (; rows > 0; rows--) {
    const m = peakOf(cols, x, xCol);
    const picked = load<f32>(x + <usize>load<i32>(ids) * xCol);
    const distance = f32x4.extract_lane(below(f32x4.splat(m), f32x4.splat(picked)), 0);
    store<f32>(out, logOfOne(weightOf(cols, x, xCol, m)) - distance);
    x += xRow;
    ids += 4;
    out += outStep;
  }
}

/** g·(share − 1) at the place of the row's class, g·share elsewhere, for `count` ≤ 4 entries. */
@inline
function putGradients(
  count: i32, x: usize, xCol: usize, out: usize, outCol: usize,
  peak: v128, weight: v128, g: v128, isClass: v128, accumulate: bool,
): void {
  const share = f32x4.div(expOfDifference(take(x, xCol, count), peak), weight);
  const result = f32x4.mul(g, f32x4.sub(share, v128.and(isClass, f32x4.splat(1))));
  put(out, outCol, count, accumulate ? f32x4.add(take(out, outCol, count), result) : result);
}

export function crossEntropyGradient(
  rows: i32, cols: i32, x: usize, xRow: usize, xCol: usize, ids: usize, g: usize, gStep: usize,
  out: usize, outRow: usize, outCol: usize, accumulate: i32,
): void {
  x <<= 2; xRow <<= 2; xCol <<= 2;
  ids <<= 2;
  g <<= 2; gStep <<= 2;
  out <<= 2; outRow <<= 2; outCol <<= 2;
  const adds = accumulate != 0;
  for (; rows > 0; rows--) {
    const m = peakOf(cols, x, xCol);
    const peak = f32x4.splat(m);
    const weight = f32x4.splat(weightOf(cols, x, xCol, m));
    const gradient = v128.load32_splat(g);
    const id = v128.load32_splat(ids);
    let from = x;
    let to = out;
    let place = i32x4(0, 1, 2, 3);
    let left = cols;
    for (; left >= 4; left -= 4) {
      putGradients(4, from, xCol, to, outCol, peak, weight, gradient, i32x4.eq(place, id), adds);
      place = i32x4.add(place, i32x4.splat(4));
      from += 4 * xCol;
      to += 4 * outCol;
    }
    if (left > 0) putGradients(left, from, xCol, to, outCol, peak, weight, gradient, i32x4.eq(place, id), adds);
    x += xRow;
    ids += 4;
    g += gStep;
    out += outRow;
  }
}

// tanh x = x · P(x²) / Q(x²) for |x| ≤ 8.8, held there beyond, where float32 has reached ±1.
// The factor x comes last: it carries the sign of 0, and P(0) / Q(0) = 1 keeps subnormal numbers exact.
//
// The coefficients are our own: the quotient of degrees 5 and 3 nearest to tanh(√z) / √z in relative
// terms (6e-8, by Lawson's reweighted least squares), then the one with the least error among 40
// neighbours rounded to float32. Largest error: 5.992 ulp, 3.6e-7 absolute (measured, every float32 from
// 2⁻¹⁵ to 16 and every seventh below).

@inline
function tanhOf(x: v128): v128 {
  // pmin and pmax hand a NaN in their first operand on.
  const t = f32x4.pmax(f32x4.pmin(x, f32x4.splat(8.8)), f32x4.splat(-8.8));
  const z = f32x4.mul(t, t);
  let p = f32x4.add(f32x4.mul(f32x4.splat(1.9376718979335905e-11), z), f32x4.splat(-1.3224418893287293e-8));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(9.417549335921649e-6));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.0029373986180871725));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.12934792041778564));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(1));
  let q = f32x4.add(f32x4.mul(f32x4.splat(0.0002303880755789578), z), f32x4.splat(0.023831527680158615));
  q = f32x4.add(f32x4.mul(q, z), f32x4.splat(0.46268096566200256));
  q = f32x4.add(f32x4.mul(q, z), f32x4.splat(1));
  const result = f32x4.mul(f32x4.div(p, q), t);
  // Rounding may lead past 1 by a few units, and 1 − tanh² must not become negative.
  return f32x4.pmax(f32x4.pmin(result, f32x4.splat(1)), f32x4.splat(-1));
}

/** A row whose numbers lie together; two vectors an iteration keep the divider busy. */
function contiguousRow(cols: i32, from: usize, to: usize): void {
  let j = 0;
  for (; j + 8 <= cols; j += 8) {
    const first = tanhOf(v128.load(from));
    const second = tanhOf(v128.load(from, 16));
    v128.store(to, first);
    v128.store(to, second, 16);
    from += 32;
    to += 32;
  }
  stridedRow(cols - j, from, 4, to, 4);
}

/** A row in any layout, number by number, through the same formula and so with the same bits. */
function stridedRow(cols: i32, from: usize, fromStep: usize, to: usize, toStep: usize): void {
  for (let j = 0; j < cols; j++) {
    v128.store_lane<f32>(to, tanhOf(v128.load32_splat(from)), 0);
    from += fromStep;
    to += toStep;
  }
}

/** The table's `tanh`; positions and strides in elements. */
export function tanh(
  rows: i32, cols: i32,
  x: usize, xRow: usize, xCol: usize,
  out: usize, outRow: usize, outCol: usize,
): void {
  for (let i = 0; i < rows; i++) {
    const from = (x + <usize>i * xRow) << 2;
    const to = (out + <usize>i * outRow) << 2;
    if (xCol == 1 && outCol == 1) contiguousRow(cols, from, to);
    else stridedRow(cols, from, xCol << 2, to, outCol << 2);
  }
}

// Vectors of four numbers from and to any layout. A vector is computed the same way wherever its numbers
// come from, so a result depends neither on strides nor on where a row begins or ends.

/** Bytes at the start of the work area that belong to `repeated` and `held`; other kernels use what follows. */
export const HELD_BYTES: i32 = 128;
/** Where this instance may write between calls: one area a thread. */
export let work: usize = 0;

/** Gives this instance of the module its work area: `workBytes` at a multiple of 16. */
export function useWorkArea(address: usize): void {
  work = address;
}

/** `a · b + c`: rounded twice in the strict build, once or twice, as the machine likes, in one with relaxed SIMD. */
@inline
export function mulAdd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** Four numbers `step` bytes apart, or `count` of them if that is less; the other lanes repeat the first. */
@inline
export function take(from: usize, step: usize, count: i32): v128 {
  if (step == 4 && count >= 4) return v128.load(from);
  let lanes = v128.load32_splat(from);
  if (count > 1) lanes = v128.load_lane<f32>(from + step, lanes, 1);
  if (count > 2) lanes = v128.load_lane<f32>(from + 2 * step, lanes, 2);
  if (count > 3) lanes = v128.load_lane<f32>(from + 3 * step, lanes, 3);
  return lanes;
}

/** The first `count` lanes, and those of `rest` beyond them. */
@inline
export function keep(lanes: v128, count: i32, rest: v128): v128 {
  return v128.bitselect(lanes, rest, i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3)));
}

/** Writes four numbers `step` bytes apart, or the first `count`. */
@inline
export function put(to: usize, step: usize, count: i32, lanes: v128): void {
  if (step == 4 && count >= 4) {
    v128.store(to, lanes);
    return;
  }
  v128.store_lane<f32>(to, lanes, 0);
  if (count > 1) v128.store_lane<f32>(to + step, lanes, 1);
  if (count > 2) v128.store_lane<f32>(to + 2 * step, lanes, 2);
  if (count > 3) v128.store_lane<f32>(to + 3 * step, lanes, 3);
}

/** The address of two vectors full of the number at `from`, so that loops read a repeated number like any other. */
@inline
export function repeated(from: usize, operand: usize): usize {
  const lanes = v128.load32_splat(from);
  const to = work + 32 * operand;
  v128.store(to, lanes);
  v128.store(to, lanes, 16);
  return to;
}

/** The position of `value`, for loops that read all operands from memory: both its strides are 0. */
@inline
export function held(value: f32, operand: usize): usize {
  return heldInt32(reinterpret<i32>(value), operand);
}

/** The same for an integer. */
@inline
export function heldInt32(value: i32, operand: usize): usize {
  const to = work + 32 * operand;
  store<i32>(to, value);
  return to >> 2;
}

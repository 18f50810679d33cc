// The update rules of the optimizers, over numbers that lie together; formulas at the interface. What depends
// on the settings alone is computed in float64 before the loop. Each rule is a function for `count` ≤ 4 numbers
// at addresses, called with four until less are left.
import { mulAdd, put, take } from './lanes';

/** g + weightDecay·p. */
@inline
function decayed(count: i32, gradient: usize, p: v128, weightDecay: v128): v128 {
  return mulAdd(weightDecay, p, take(gradient, 4, count));
}

@inline
function descend(
  count: i32, parameter: usize, gradient: usize, velocity: usize, hasVelocity: bool,
  rate: v128, momentum: v128, nesterov: bool, weightDecay: v128,
): void {
  const p = take(parameter, 4, count);
  const g = decayed(count, gradient, p, weightDecay);
  let step = g;
  if (hasVelocity) {
    const v = mulAdd(momentum, take(velocity, 4, count), g);
    put(velocity, 4, count, v);
    step = nesterov ? mulAdd(momentum, v, g) : v;
  }
  put(parameter, 4, count, mulAdd(rate, step, p));
}

export function sgd(
  n: i32, parameter: usize, gradient: usize, velocity: i32, lr: f32, momentum: f32, nesterov: i32, weightDecay: f32,
): void {
  const rate = f32x4.splat(-lr);
  const kept = f32x4.splat(momentum);
  const decay = f32x4.splat(weightDecay);
  let p = parameter << 2;
  let g = gradient << 2;
  let v = <usize>velocity << 2;
  for (; n >= 4; n -= 4) {
    descend(4, p, g, v, velocity >= 0, rate, kept, nesterov != 0, decay);
    p += 16;
    g += 16;
    v += 16;
  }
  if (n > 0) descend(n, p, g, v, velocity >= 0, rate, kept, nesterov != 0, decay);
}

@inline
function descendByRoot(
  count: i32, parameter: usize, gradient: usize, squareAverage: usize, mean: usize, hasMean: bool,
  velocity: usize, hasVelocity: bool,
  rate: v128, alpha: v128, rest: v128, inside: v128, outside: v128, momentum: v128, weightDecay: v128,
): void {
  const p = take(parameter, 4, count);
  const g = decayed(count, gradient, p, weightDecay);
  const s = mulAdd(alpha, take(squareAverage, 4, count), f32x4.mul(rest, f32x4.mul(g, g)));
  put(squareAverage, 4, count, s);
  let q = s;
  if (hasMean) {
    const m = mulAdd(alpha, take(mean, 4, count), f32x4.mul(rest, g));
    put(mean, 4, count, m);
    // A NaN stays: pmax hands its first operand on.
    q = f32x4.pmax(f32x4.sub(s, f32x4.mul(m, m)), f32x4.splat(0));
  }
  let step = f32x4.div(g, f32x4.add(f32x4.sqrt(f32x4.add(q, inside)), outside));
  if (hasVelocity) {
    step = mulAdd(momentum, take(velocity, 4, count), step);
    put(velocity, 4, count, step);
  }
  put(parameter, 4, count, mulAdd(rate, step, p));
}

export function rmsprop(
  n: i32, parameter: usize, gradient: usize, squareAverage: usize, mean: i32, velocity: i32,
  lr: f32, alpha: f64, eps: f32, epsInside: i32, momentum: f32, weightDecay: f32,
): void {
  const rate = f32x4.splat(-lr);
  const old = f32x4.splat(<f32>alpha);
  const rest = f32x4.splat(<f32>(1 - alpha));
  const inside = f32x4.splat(epsInside != 0 ? eps : 0);
  const outside = f32x4.splat(epsInside != 0 ? 0 : eps);
  const kept = f32x4.splat(momentum);
  const decay = f32x4.splat(weightDecay);
  let p = parameter << 2;
  let g = gradient << 2;
  let s = squareAverage << 2;
  let m = <usize>mean << 2;
  let v = <usize>velocity << 2;
  for (; n >= 4; n -= 4) {
    descendByRoot(4, p, g, s, m, mean >= 0, v, velocity >= 0, rate, old, rest, inside, outside, kept, decay);
    p += 16;
    g += 16;
    s += 16;
    m += 16;
    v += 16;
  }
  if (n > 0) {
    descendByRoot(n, p, g, s, m, mean >= 0, v, velocity >= 0, rate, old, rest, inside, outside, kept, decay);
  }
}

@inline
function descendBySum(
  count: i32, parameter: usize, gradient: usize, squareSum: usize, rate: v128, eps: v128, weightDecay: v128,
): void {
  const p = take(parameter, 4, count);
  const g = decayed(count, gradient, p, weightDecay);
  const s = mulAdd(g, g, take(squareSum, 4, count));
  put(squareSum, 4, count, s);
  put(parameter, 4, count, mulAdd(rate, f32x4.div(g, f32x4.add(f32x4.sqrt(s), eps)), p));
}

export function adagrad(
  n: i32, parameter: usize, gradient: usize, squareSum: usize, lr: f32, eps: f32, weightDecay: f32,
): void {
  const rate = f32x4.splat(-lr);
  const outside = f32x4.splat(eps);
  const decay = f32x4.splat(weightDecay);
  let p = parameter << 2;
  let g = gradient << 2;
  let s = squareSum << 2;
  for (; n >= 4; n -= 4) {
    descendBySum(4, p, g, s, rate, outside, decay);
    p += 16;
    g += 16;
    s += 16;
  }
  if (n > 0) descendBySum(n, p, g, s, rate, outside, decay);
}

/** `shrink` is what a decoupled decay adds to p for each unit of p: a number below 0, or 0. */
@inline
function descendByMoments(
  count: i32, parameter: usize, gradient: usize, firstMoment: usize, secondMoment: usize,
  rate: v128, beta1: v128, rest1: v128, beta2: v128, rest2: v128, correction: v128, eps: v128,
  weightDecay: v128, shrink: v128,
): void {
  const p = take(parameter, 4, count);
  const g = decayed(count, gradient, p, weightDecay);
  const m = mulAdd(beta1, take(firstMoment, 4, count), f32x4.mul(rest1, g));
  put(firstMoment, 4, count, m);
  const v = mulAdd(beta2, take(secondMoment, 4, count), f32x4.mul(rest2, f32x4.mul(g, g)));
  put(secondMoment, 4, count, v);
  const divisor = f32x4.add(f32x4.sqrt(f32x4.mul(v, correction)), eps);
  put(parameter, 4, count, mulAdd(rate, f32x4.div(m, divisor), mulAdd(shrink, p, p)));
}

export function adam(
  n: i32, parameter: usize, gradient: usize, firstMoment: usize, secondMoment: usize,
  lr: f64, beta1: f64, beta2: f64, eps: f32, correction1: f64, correction2: f64, weightDecay: f64, decoupled: i32,
): void {
  const rate = f32x4.splat(<f32>(-lr / correction1));
  const old1 = f32x4.splat(<f32>beta1);
  const rest1 = f32x4.splat(<f32>(1 - beta1));
  const old2 = f32x4.splat(<f32>beta2);
  const rest2 = f32x4.splat(<f32>(1 - beta2));
  const correction = f32x4.splat(<f32>(1 / correction2));
  const outside = f32x4.splat(eps);
  const decay = f32x4.splat(decoupled != 0 ? 0 : <f32>weightDecay);
  const shrink = f32x4.splat(decoupled != 0 ? <f32>(-lr * weightDecay) : 0);
  let p = parameter << 2;
  let g = gradient << 2;
  let m = firstMoment << 2;
  let v = secondMoment << 2;
  for (; n >= 4; n -= 4) {
    descendByMoments(4, p, g, m, v, rate, old1, rest1, old2, rest2, correction, outside, decay, shrink);
    p += 16;
    g += 16;
    m += 16;
    v += 16;
  }
  if (n > 0) descendByMoments(n, p, g, m, v, rate, old1, rest1, old2, rest2, correction, outside, decay, shrink);
}

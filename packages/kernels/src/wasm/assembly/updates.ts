// The update rules of the optimizers, over numbers that lie together; formulas at the interface. What depends
// on the settings alone is computed in float64 before the loop.
import { mulAdd, put, take } from './lanes';

/** g + weightDecay·p. */
@inline
function decayed(gradient: usize, left: i32, p: v128, weightDecay: v128): v128 {
  return mulAdd(weightDecay, p, take(gradient, 4, left));
}

export function sgd(
  n: i32, parameter: usize, gradient: usize, velocity: i32, lr: f32, momentum: f32, nesterov: i32, weightDecay: f32,
): void {
  const rate = f32x4.splat(-lr);
  const inertia = f32x4.splat(momentum);
  const decay = f32x4.splat(weightDecay);
  for (let i = 0; i < n; i += 4) {
    const offset = <usize>i;
    const left = n - i;
    const at = (parameter + offset) << 2;
    const p = take(at, 4, left);
    const g = decayed((gradient + offset) << 2, left, p, decay);
    let step = g;
    if (velocity >= 0) {
      const vAt = (<usize>velocity + offset) << 2;
      const v = mulAdd(inertia, take(vAt, 4, left), g);
      put(vAt, 4, left, v);
      step = nesterov != 0 ? mulAdd(inertia, v, g) : v;
    }
    put(at, 4, left, mulAdd(rate, step, p));
  }
}

export function rmsprop(
  n: i32, parameter: usize, gradient: usize, squareAverage: usize, mean: i32, velocity: i32,
  lr: f32, alpha: f64, eps: f32, epsInside: i32, momentum: f32, weightDecay: f32,
): void {
  const rate = f32x4.splat(-lr);
  const kept = f32x4.splat(<f32>alpha);
  const fresh = f32x4.splat(<f32>(1 - alpha));
  const inertia = f32x4.splat(momentum);
  const decay = f32x4.splat(weightDecay);
  const outside = f32x4.splat(epsInside != 0 ? 0 : eps);
  const inside = f32x4.splat(epsInside != 0 ? eps : 0);
  for (let i = 0; i < n; i += 4) {
    const offset = <usize>i;
    const left = n - i;
    const at = (parameter + offset) << 2;
    const p = take(at, 4, left);
    const g = decayed((gradient + offset) << 2, left, p, decay);
    const sAt = (squareAverage + offset) << 2;
    const s = mulAdd(kept, take(sAt, 4, left), f32x4.mul(fresh, f32x4.mul(g, g)));
    put(sAt, 4, left, s);
    let q = s;
    if (mean >= 0) {
      const mAt = (<usize>mean + offset) << 2;
      const m = mulAdd(kept, take(mAt, 4, left), f32x4.mul(fresh, g));
      put(mAt, 4, left, m);
      // A NaN stays: pmax hands its first operand on.
      q = f32x4.pmax(f32x4.sub(s, f32x4.mul(m, m)), f32x4.splat(0));
    }
    let step = f32x4.div(g, f32x4.add(f32x4.sqrt(f32x4.add(q, inside)), outside));
    if (velocity >= 0) {
      const vAt = (<usize>velocity + offset) << 2;
      step = mulAdd(inertia, take(vAt, 4, left), step);
      put(vAt, 4, left, step);
    }
    put(at, 4, left, mulAdd(rate, step, p));
  }
}

export function adam(
  n: i32, parameter: usize, gradient: usize, firstMoment: usize, secondMoment: usize,
  lr: f64, beta1: f64, beta2: f64, eps: f32, correction1: f64, correction2: f64, weightDecay: f32,
): void {
  const rate = f32x4.splat(<f32>(-lr / correction1));
  const kept1 = f32x4.splat(<f32>beta1);
  const fresh1 = f32x4.splat(<f32>(1 - beta1));
  const kept2 = f32x4.splat(<f32>beta2);
  const fresh2 = f32x4.splat(<f32>(1 - beta2));
  const correction = f32x4.splat(<f32>(1 / correction2));
  const outside = f32x4.splat(eps);
  const decay = f32x4.splat(weightDecay);
  for (let i = 0; i < n; i += 4) {
    const offset = <usize>i;
    const left = n - i;
    const at = (parameter + offset) << 2;
    const p = take(at, 4, left);
    const g = decayed((gradient + offset) << 2, left, p, decay);
    const mAt = (firstMoment + offset) << 2;
    const m = mulAdd(kept1, take(mAt, 4, left), f32x4.mul(fresh1, g));
    put(mAt, 4, left, m);
    const vAt = (secondMoment + offset) << 2;
    const v = mulAdd(kept2, take(vAt, 4, left), f32x4.mul(fresh2, f32x4.mul(g, g)));
    put(vAt, 4, left, v);
    const divisor = f32x4.add(f32x4.sqrt(f32x4.mul(v, correction)), outside);
    put(at, 4, left, mulAdd(rate, f32x4.div(m, divisor), p));
  }
}

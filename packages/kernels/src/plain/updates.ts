/** The update rules of the optimizers, over numbers that lie together; formulas at the interface. */
import type { KernelTable } from '../kernels.js';
import { views } from '../memory.js';

const sgd: KernelTable['sgd'] = (n, parameter, gradient, velocity, lr, momentum, nesterov, weightDecay) => {
  const data = views.float32;
  for (let i = 0; i < n; i++) {
    const p = data[parameter + i] as number;
    let step = (data[gradient + i] as number) + weightDecay * p;
    if (velocity >= 0) {
      const v = momentum * (data[velocity + i] as number) + step;
      data[velocity + i] = v;
      step = nesterov === 1 ? step + momentum * v : v;
    }
    data[parameter + i] = p - lr * step;
  }
};

const rmsprop: KernelTable['rmsprop'] = (
  n,
  parameter,
  gradient,
  squareAverage,
  mean,
  velocity,
  lr,
  alpha,
  eps,
  epsInside,
  momentum,
  weightDecay,
) => {
  const data = views.float32;
  for (let i = 0; i < n; i++) {
    const p = data[parameter + i] as number;
    const g = (data[gradient + i] as number) + weightDecay * p;
    const s = alpha * (data[squareAverage + i] as number) + (1 - alpha) * g * g;
    data[squareAverage + i] = s;
    let q = s;
    if (mean >= 0) {
      const m = alpha * (data[mean + i] as number) + (1 - alpha) * g;
      data[mean + i] = m;
      q = Math.max(s - m * m, 0);
    }
    let step = g / (epsInside === 1 ? Math.sqrt(q + eps) : Math.sqrt(q) + eps);
    if (velocity >= 0) {
      step += momentum * (data[velocity + i] as number);
      data[velocity + i] = step;
    }
    data[parameter + i] = p - lr * step;
  }
};

const adam: KernelTable['adam'] = (
  n,
  parameter,
  gradient,
  firstMoment,
  secondMoment,
  lr,
  beta1,
  beta2,
  eps,
  correction1,
  correction2,
  weightDecay,
) => {
  const data = views.float32;
  for (let i = 0; i < n; i++) {
    const p = data[parameter + i] as number;
    const g = (data[gradient + i] as number) + weightDecay * p;
    const m = beta1 * (data[firstMoment + i] as number) + (1 - beta1) * g;
    const v = beta2 * (data[secondMoment + i] as number) + (1 - beta2) * g * g;
    data[firstMoment + i] = m;
    data[secondMoment + i] = v;
    data[parameter + i] = p - (lr * (m / correction1)) / (Math.sqrt(v / correction2) + eps);
  }
};

export const updates: Pick<KernelTable, 'sgd' | 'rmsprop' | 'adam'> = { sgd, rmsprop, adam };

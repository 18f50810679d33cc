/** The update rules, formula by formula. */
import type { KernelTable } from '../kernels.js';
import type { Operands } from './matrix.js';

export function updates({ vector }: Operands): Pick<KernelTable, 'sgd' | 'rmsprop' | 'adagrad' | 'adam'> {
  return {
    sgd: (n, parameter, gradient, velocity, lr, momentum, nesterov, weightDecay) => {
      const p = vector(n, parameter, 1);
      const gradients = vector(n, gradient, 1);
      const v = vector(n, Math.max(velocity, 0), 1);
      for (let i = 0; i < n; i++) {
        const g = gradients.get(i) + weightDecay * p.get(i);
        if (velocity < 0) {
          p.set(i, p.get(i) - lr * g);
          continue;
        }
        const vNext = momentum * v.get(i) + g;
        v.set(i, vNext);
        p.set(i, p.get(i) - lr * (nesterov === 1 ? g + momentum * vNext : vNext));
      }
    },

    rmsprop: (
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
      const p = vector(n, parameter, 1);
      const gradients = vector(n, gradient, 1);
      const s = vector(n, squareAverage, 1);
      const m = vector(n, Math.max(mean, 0), 1);
      const v = vector(n, Math.max(velocity, 0), 1);
      for (let i = 0; i < n; i++) {
        const g = gradients.get(i) + weightDecay * p.get(i);
        const sNext = alpha * s.get(i) + (1 - alpha) * g * g;
        s.set(i, sNext);
        let q = sNext;
        if (mean >= 0) {
          const mNext = alpha * m.get(i) + (1 - alpha) * g;
          m.set(i, mNext);
          q = Math.max(sNext - mNext * mNext, 0);
        }
        const step = g / (epsInside === 1 ? Math.sqrt(q + eps) : Math.sqrt(q) + eps);
        if (velocity < 0) {
          p.set(i, p.get(i) - lr * step);
          continue;
        }
        const vNext = momentum * v.get(i) + step;
        v.set(i, vNext);
        p.set(i, p.get(i) - lr * vNext);
      }
    },

    adagrad: (n, parameter, gradient, squareSum, lr, eps, weightDecay) => {
      const p = vector(n, parameter, 1);
      const gradients = vector(n, gradient, 1);
      const s = vector(n, squareSum, 1);
      for (let i = 0; i < n; i++) {
        const g = gradients.get(i) + weightDecay * p.get(i);
        const sNext = s.get(i) + g * g;
        s.set(i, sNext);
        p.set(i, p.get(i) - (lr * g) / (Math.sqrt(sNext) + eps));
      }
    },

    adam: (
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
      decoupled,
    ) => {
      const p = vector(n, parameter, 1);
      const gradients = vector(n, gradient, 1);
      const m = vector(n, firstMoment, 1);
      const v = vector(n, secondMoment, 1);
      for (let i = 0; i < n; i++) {
        const decay = weightDecay * p.get(i);
        const g = gradients.get(i) + (decoupled === 1 ? 0 : decay);
        const mNext = beta1 * m.get(i) + (1 - beta1) * g;
        const vNext = beta2 * v.get(i) + (1 - beta2) * g * g;
        m.set(i, mNext);
        v.set(i, vNext);
        const kept = p.get(i) - (decoupled === 1 ? lr * decay : 0);
        p.set(i, kept - (lr * (mNext / correction1)) / (Math.sqrt(vNext / correction2) + eps));
      }
    },
  };
}

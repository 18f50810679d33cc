/** Rows brought to mean 0 and variance 1: what every layer normalisation begins with. */
import { add, div, mul, sqrt, sum, type Tensor, ValueError } from '@unroll/core';

/**
 * `(x − μ) / √(σ² + eps)`, with the mean μ and the variance σ² (over n, not n − 1) of each row of n numbers.
 *
 * Numerics: the mean is taken out before squaring.
 */
export function standardize(x: Tensor, eps: number): Tensor {
  const share = 1 / (x.shape.at(-1) ?? 1);
  // −μ is added, each square is a product, and a row is divided once: so most gradients are added in place.
  const centred = add(x, mul(sum(x, -1, { keepDims: true }), -share));
  const variance = mul(sum(mul(centred, centred), -1, { keepDims: true }), share);
  return mul(centred, div(1, sqrt(add(variance, eps))));
}

/** Errors: `ValueError` for an eps that is not above 0, or not finite. */
export function checkEps(op: string, eps: number): void {
  if (eps > 0 && Number.isFinite(eps)) return;
  throw new ValueError({
    op,
    what: `eps is ${eps}`,
    rule: 'eps keeps the root away from 0: it is finite and above 0',
    mend: 'Pass such an eps',
  });
}

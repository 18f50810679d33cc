/** How often the likeliest answer is the right one. */
import { argmax, type Tensor } from '@unroll/core';

/** A label below 0 is that of padding. Shapes: scores `[…, K]`, labels `[…]`. */
export function shareRight(scores: Tensor, labels: Tensor): number {
  const answers = argmax(scores, -1).data;
  const right = Array.from(labels.data, (label, i) => (label < 0 ? [] : [Number(label === answers[i])])).flat();
  return right.reduce((sum, one) => sum + one, 0) / right.length;
}

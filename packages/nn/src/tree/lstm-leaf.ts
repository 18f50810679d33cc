/** What both tree-LSTMs are where nothing stands below. */
import { mul, sigmoid, split, type Tensor, tanh } from '@unroll/core';
import type { LSTMState } from '../recurrent/cells/lstm-cell.js';

/** From the input's share of the gates i f g o alone, `[n, 4H]`: there is nothing to forget. */
export function lstmLeaf(p: Tensor): LSTMState {
  const [i, , g, o] = split(p, 4, 1);
  const c = mul(sigmoid(i), tanh(g));
  return { h: mul(sigmoid(o), tanh(c)), c };
}

/** Where a model that pays attention has looked, as a picture to be drawn. */
import {
  pick,
  requireIndices,
  ShapeError,
  scratch,
  stack,
  type Tensor,
  type TensorLike,
  type TensorTree,
  toTensor,
} from '@unroll/core';
import type { TokenModel } from '../decode/token-model.js';
import { inRun } from '../recurrent/cell.js';

/**
 * The attention weights of each step along given sequences: row t says how step t, which reads `ids[t]`, has looked at
 * the memory.
 *
 * Shapes: ids int32 `[N, T]` → `[N, T, Tm]`, over a memory of Tm places; each row adds up to 1.
 * Errors: `ShapeError` for ids that are not `[N, T]` or empty; `DataTypeError` for ids that are not int32.
 * @source D. Bahdanau, K. Cho, Y. Bengio, "Neural machine translation by jointly learning to align and translate",
 * ICLR 2015, figure 3
 *
 * @example
 * ```ts
 * import { randn, tensor } from '@unroll/core';
 * import { AttentionCell, attentionWeights, Decoder, DotAttention, GRUCell, Linear } from '@unroll/nn';
 * const decoder = new Decoder({
 *   vocabularySize: 5,
 *   cell: new AttentionCell({
 *     cell: new GRUCell({ inputSize: 5 + 8, hiddenSize: 8 }),
 *     attention: new DotAttention({ size: 8 }),
 *   }),
 *   head: new Linear({ inputSize: 8, outputSize: 5 }),
 *   initialState: 'own',
 * });
 * const { state } = decoder.begin({ outputs: randn([1, 6, 8]), finalState: null, mask: null });
 * attentionWeights(decoder, tensor([[0, 3, 1]], { dtype: 'int32' }), state).shape; // [1, 3, 6]
 * ```
 */
export function attentionWeights<State extends TensorTree & { readonly weights: Tensor }>(
  model: TokenModel<State>,
  ids: TensorLike,
  state: State,
): Tensor {
  const op = 'attentionWeights';
  const read = toTensor(op, ids, 'ids');
  requireIndices(op, read, 'ids');
  if (read.rank !== 2 || read.size === 0) {
    throw new ShapeError({
      op,
      what: 'the ids do not fit',
      arrays: { ids: read },
      rule: 'they are [N, T], with N and T of at least 1',
      mend: read.rank === 1 ? 'Add a batch: expandDims(ids, 0)' : 'Reshape them',
    });
  }
  const run = (): Tensor => {
    let current = state;
    const rows = Array.from({ length: read.shape[1] as number }, (_, t) => {
      current = model.step(pick(read, 1, t), current).state;
      return current.weights;
    });
    return stack(rows, 1);
  };
  return scratch(() => inRun(model, run));
}

/** Writing the likeliest token at each step. */
import { checkOptions, type TensorTree } from '@unroll/core';
import { likeliest } from './choose.js';
import { SingleWriter } from './single-writer.js';
import type { TokenModel } from './token-model.js';
import { type Written, write } from './write.js';
import { WRITING_OPTIONS, type WritingOptions } from './writing-options.js';

/**
 * Writes the likeliest token at each step, the first of those that are equal, until `end` or maxLength.
 *
 * Call it outside of `record`, where each step computes in scratch memory and only the result is copied out; put the
 * model into `eval()` before.
 *
 * Shapes: a state with N rows → N sequences.
 * Errors: `ValueError` for ids that the model does not know, bad or unknown options, logits that are NaN or +∞, or when
 * nothing can follow; `ShapeError` for a state whose tensors disagree in N, or a model that breaks its contract.
 *
 * @example
 * ```ts
 * import { gather, type Tensor, tensor } from '@unroll/core';
 * import { greedy, type TokenModel } from '@unroll/nn';
 * // After 0 comes 1, after 1 comes 2, and after 2 comes 0, which ends.
 * const table = tensor([[0, 5, 0], [0, 0, 5], [5, 0, 0]]);
 * const model: TokenModel<null> = {
 *   vocabularySize: 3,
 *   step: (ids: Tensor) => ({ logits: gather(table, ids), state: null }),
 * };
 * const [written] = greedy(model, { state: null, begin: 0, end: 0, maxLength: 10 });
 * Array.from(written?.ids ?? []); // [1, 2]
 * written?.ended; // true
 * ```
 */
export function greedy<State extends TensorTree>(model: TokenModel<State>, options: WritingOptions<State>): Written[] {
  checkOptions('greedy', options, WRITING_OPTIONS);
  return write('greedy', model, options, (n) => new SingleWriter('greedy', n, options, likeliest));
}

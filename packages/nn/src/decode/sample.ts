/** Writing at random, as likely as the model says. */
import { checkOptions, checkSize, defaultRng, type Rng, type TensorTree, ValueError } from '@unroll/core';
import { type Distribution, draw } from './choose.js';
import { SingleWriter } from './single-writer.js';
import type { TokenModel } from './token-model.js';
import { type Written, write } from './write.js';
import { WRITING_OPTIONS, type WritingOptions } from './writing-options.js';

/** Options of {@link sample}. */
export interface SampleOptions<State> extends WritingOptions<State> {
  /** Logits are divided by it: below 1 likely tokens become likelier, and at 0 only the likeliest is left. 1 unless given. */
  readonly temperature?: number | undefined;
  /** Only so many of the likeliest tokens are left; all unless given. */
  readonly topK?: number | undefined;
  /** Only the fewest of the likeliest tokens are left that together have at least this share; all unless given. */
  readonly topP?: number | undefined;
  /** Each sequence draws from a generator split from it; `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
}

/**
 * Draws each token from `softmax(logits / temperature)`, of which `topK` and then `topP` may leave a part, until `end`
 * or maxLength. What a sequence draws does not depend on the others. A text to go on from is the beginning:
 * `begin: [vocabulary.encode('The ')]`.
 *
 * Call it outside of `record`, where each step computes in scratch memory and only the result is copied out; put the
 * model into `eval()` before.
 *
 * Shapes: a state with N rows → N sequences.
 * Errors: as {@link greedy}, and `ValueError` for a temperature below 0, a topK below 1 or a topP outside of (0, 1].
 * @source topK: A. Fan, M. Lewis, Y. Dauphin, "Hierarchical neural story generation", ACL 2018; topP: A. Holtzman,
 * J. Buys, L. Du, M. Forbes, Y. Choi, "The curious case of neural text degeneration", ICLR 2020
 *
 * @example
 * ```ts
 * import { gather, Rng, type Tensor, tensor } from '@unroll/core';
 * import { sample, type TokenModel } from '@unroll/nn';
 * const table = tensor([[0, 2, 1], [1, 0, 2], [2, 1, 0]]); // scores of what follows 0, 1 and 2
 * const model: TokenModel<null> = {
 *   vocabularySize: 3,
 *   step: (ids: Tensor) => ({ logits: gather(table, ids), state: null }),
 * };
 * const [text] = sample(model, { state: null, begin: [[0, 1, 2]], maxLength: 20, temperature: 0.8, topK: 2, rng: new Rng(1) });
 * text?.ids.length; // 20
 * ```
 */
export function sample<State extends TensorTree>(model: TokenModel<State>, options: SampleOptions<State>): Written[] {
  checkOptions('sample', options, [...WRITING_OPTIONS, 'temperature', 'topK', 'topP', 'rng']);
  const { temperature = 1, topK, topP, rng = defaultRng() } = options;
  checkDistribution({ temperature, topK, topP });
  return write('sample', model, options, (n) => {
    const own = rng.split();
    return new SingleWriter('sample', n, options, (scores) => draw(scores, { temperature, topK, topP }, own));
  });
}

function checkDistribution({ temperature, topK = 1, topP = 1 }: Distribution): void {
  checkSize('sample', 'topK', topK);
  if (!(temperature >= 0 && temperature < Infinity)) {
    throw new ValueError({
      op: 'sample',
      what: `temperature is ${temperature}`,
      rule: 'scores are divided by it: a number of at least 0, where 0 leaves only the likeliest token',
      mend: 'Pass such a number: 0.8',
    });
  }
  if (topP > 0 && topP <= 1) return;
  throw new ValueError({
    op: 'sample',
    what: `topP is ${topP}`,
    rule: 'it is the share of the probability that is left, above 0 and at most 1',
    mend: 'Pass such a share: 0.9',
  });
}

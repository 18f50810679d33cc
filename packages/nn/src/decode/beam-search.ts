/** Writing the best sequences that a search finds, by breadth. */
import { checkOptions, checkSize, type TensorTree, ValueError } from '@unroll/core';
import { BeamWriter, type Hypothesis } from './beam-writer.js';
import { divisorOf, type LengthPenalty } from './length-penalty.js';
import type { TokenModel } from './token-model.js';
import { write } from './write.js';
import { WRITING_OPTIONS, type WritingOptions } from './writing-options.js';

/** Options of {@link beamSearch}. */
export interface BeamSearchOptions<State> extends WritingOptions<State> {
  /** How many hypotheses are kept after each step. */
  readonly beams: number;
  /** How many are returned for each input; 1 unless given. */
  readonly best?: number | undefined;
  /** How scores make up for length; not at all unless given. */
  readonly lengthPenalty?: LengthPenalty | undefined;
}

/**
 * Looks for the sequences of the highest score. Of all continuations of the hypotheses by one token the `beams` likeliest
 * are kept after each step; of those, the ones that end are finished, with their own length, and the others go on. What
 * has maxLength tokens is finished too. Of equals the first is taken: the one from the better hypothesis, the smaller id,
 * the shorter sequence.
 *
 * The search of an input stops when no hypothesis can come to be among the best: a logarithm of a probability only falls
 * and a length penalty only grows, so `logProbability / penalty(maxLength)` is the best that any of its continuations
 * can reach. The result is that of a search which never stops early.
 *
 * With one beam it is {@link greedy}; with at least V^maxLength it finds the best of all sequences.
 *
 * Call it outside of `record`, where each step computes in scratch memory and only the result is copied out; put the
 * model into `eval()` before.
 *
 * Shapes: a state with N rows → N lists of at most `best` hypotheses, best first.
 * Errors: as {@link greedy}, and `ValueError` for more `best` than `beams`, or a lengthPenalty that is none.
 * @source A. Graves, "Sequence transduction with recurrent neural networks", arXiv:1211.3711, 2012; I. Sutskever,
 * O. Vinyals, Q. V. Le, "Sequence to sequence learning with neural networks", NIPS 2014, section 3.2
 *
 * @example
 * ```ts
 * import { gather, log, type Tensor, tensor } from '@unroll/core';
 * import { beamSearch, type TokenModel } from '@unroll/nn';
 * // After 0 comes 1 or 2. After 1 anything may come, after 2 always 0, which ends.
 * const table = log(tensor([[0, 0.6, 0.4], [0.4, 0.3, 0.3], [1, 0, 0]]));
 * const model: TokenModel<null> = {
 *   vocabularySize: 3,
 *   step: (ids: Tensor) => ({ logits: gather(table, ids), state: null }),
 * };
 * const [hypotheses = []] = beamSearch(model, { state: null, begin: 0, end: 0, maxLength: 4, beams: 3, best: 2 });
 * hypotheses.map(({ ids }) => Array.from(ids)); // [[2], [1]]
 * ```
 */
export function beamSearch<State extends TensorTree>(
  model: TokenModel<State>,
  options: BeamSearchOptions<State>,
): (readonly Hypothesis[])[] {
  checkOptions('beamSearch', options, [...WRITING_OPTIONS, 'beams', 'best', 'lengthPenalty']);
  const { beams, best = 1, lengthPenalty } = options;
  checkSize('beamSearch', 'beams', beams);
  checkSize('beamSearch', 'best', best);
  if (best > beams) {
    throw new ValueError({
      op: 'beamSearch',
      what: `best is ${best}, beams ${beams}`,
      rule: 'a search returns no more hypotheses than it keeps',
      mend: 'Raise beams, or lower best',
    });
  }
  const divisor = divisorOf(lengthPenalty);
  return write('beamSearch', model, options, (n) => new BeamWriter(n, options, { beams, best, divisor }));
}

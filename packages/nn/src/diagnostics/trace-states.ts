/** What every unit of a state does along a text. */
import { argmax, checkOptions, scratch, stack, type TensorLike, type TensorTree, ValueError } from '@unroll/core';
import type { TokenModel } from '../decode/token-model.js';
import { type Cell, inRun } from '../recurrent/cell.js';
import type { SequenceOptions } from '../recurrent/sequence-layer.js';
import { unroll } from '../recurrent/unroll.js';
import { joinStates } from '../state-parts.js';
import { observedCell } from './observed-cell.js';

/**
 * The state after each step, unit by unit, in the structure and under the names of the state itself: where an LSTM has
 * `{ h, c }`, the trace has `{ h, c }` with an axis of time. At a step in the padding the state is that before.
 *
 * A token model reads ids, and needs the state that it begins with, as `initialState`.
 *
 * Shapes: x `[N, T, D]`, or int32 ids `[N, T]`; a part `[N, …]` of the state becomes `[N, T, …]`.
 * Errors: as {@link unroll}; `ValueError` for a token model without an initial state.
 * @source A. Karpathy, J. Johnson, L. Fei-Fei, "Visualizing and understanding recurrent networks", ICLR 2016 workshop,
 * figure 2
 *
 * @example
 * ```ts
 * import { pick, tensor } from '@unroll/core';
 * import { CharVocabulary } from '@unroll/data';
 * import { LSTMCell, traceStates } from '@unroll/nn';
 * const text = 'say "hi"';
 * const vocabulary = new CharVocabulary(text);
 * const cell = new LSTMCell({ inputSize: vocabulary.size, hiddenSize: 3 });
 * const ids = tensor(vocabulary.encode(text), { shape: [1, text.length] });
 * const { c } = traceStates(cell, ids);
 * c.shape; // [1, 8, 3]
 * pick(pick(c, 2, 0), 0, 0).shape; // [8]
 * ```
 */
export function traceStates<State extends TensorTree>(
  model: Cell<State> | TokenModel<State>,
  x: TensorLike,
  options: SequenceOptions<NoInfer<State>> = {},
): State {
  checkOptions('traceStates', options, ['initialState', 'lengths', 'mask']);
  const cell = 'vocabularySize' in model ? cellOf(model) : model;
  return scratch(() => {
    const before: State[] = [];
    const observed = observedCell(cell, (take, _x, state) => {
      before.push(state);
      return take();
    });
    const { finalState } = unroll(observed, x, options);
    return joinStates([...before.slice(1), finalState], (parts) => stack(parts, 1));
  });
}

/** A token model as a cell over one-hot rows. */
function cellOf<State extends TensorTree>(model: TokenModel<State>): Cell<State> {
  return {
    inputSize: model.vocabularySize,
    outputSize: model.vocabularySize,
    initialState() {
      throw new ValueError({
        op: 'traceStates',
        what: 'there is no initial state',
        rule: 'a token model has none of its own',
        mend: 'Pass { initialState }',
      });
    },
    step(x, state) {
      const { logits, state: next } = model.step(argmax(x), state);
      return { output: logits, state: next };
    },
    inRun: (fn) => inRun(model, fn),
  };
}

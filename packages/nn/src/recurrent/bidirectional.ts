/** Two cells that read a sequence from both ends. */
import {
  add,
  checkOptions,
  concat,
  mul,
  namedScope,
  ShapeError,
  scratch,
  type Tensor,
  type TensorLike,
  type TensorTree,
  ValueError,
} from '@unroll/core';
import { Module } from '../module.js';
import { fieldForm } from '../torch/fields.js';
import type { TorchForm } from '../torch/form.js';
import { bothWaysForm, layerFormOf } from '../torch/layers.js';
import type { Cell } from './cell.js';
import type { SequenceLayer, SequenceOptions } from './sequence-layer.js';
import { type Unrolled, unroll } from './unroll.js';

/** What becomes of both outputs of a step: side by side, their sum or mean, or (`'none'`) both by themselves. */
export type Merge = 'concat' | 'sum' | 'mean' | 'none';

/** Options of {@link bidirectional}. */
export interface BidirectionalOptions<M extends Merge = Merge> {
  /** `'concat'` unless something else is said. */
  readonly merge?: M | undefined;
}

/** Something of each direction. */
export type BothWays<Forward, Backward = Forward> = { readonly forward: Forward; readonly backward: Backward };

/** What both kinds of bidirectional layers are. */
abstract class TwoCells<A extends TensorTree, B extends TensorTree> extends Module {
  readonly forwardCell: Cell<A>;
  /** Runs from each sequence's last real step to its first. */
  readonly backwardCell: Cell<B>;
  readonly inputSize: number;

  constructor(forwardCell: Cell<A>, backwardCell: Cell<B>) {
    super();
    if (forwardCell.inputSize !== backwardCell.inputSize) {
      throw new ShapeError({
        op: 'bidirectional',
        what: 'the cells take different inputs',
        rule: `the inputSize of one (${forwardCell.inputSize}) must equal the other's (${backwardCell.inputSize})`,
        mend: 'Correct one of them',
      });
    }
    this.forwardCell = forwardCell;
    this.backwardCell = backwardCell;
    this.inputSize = forwardCell.inputSize;
  }

  override torchForm(): TorchForm {
    return bothWaysForm(layerFormOf(this.forwardCell), layerFormOf(this.backwardCell)) ?? fieldForm(this);
  }
}

/** Each cell over the sequences, in its direction. */
function runBothWays<A extends TensorTree, B extends TensorTree>(
  layer: TwoCells<A, B>,
  x: TensorLike,
  options: SequenceOptions<BothWays<A, B>>,
): BothWays<Unrolled<A>, Unrolled<B>> {
  const { name } = layer.constructor;
  checkOptions(`${name}.forward`, options, ['initialState', 'lengths', 'mask']);
  const { initialState, ...rest } = options;
  const forward = { ...rest, initialState: initialState?.forward };
  const backward = { ...rest, initialState: initialState?.backward, reverse: true };
  return {
    forward: namedScope(`${name}.forward`, () => unroll(layer.forwardCell, x, forward)),
    backward: namedScope(`${name}.backward`, () => unroll(layer.backwardCell, x, backward)),
  };
}

/** See {@link bidirectional}, which makes it. */
export class BidirectionalLayer<A extends TensorTree, B extends TensorTree>
  extends TwoCells<A, B>
  implements SequenceLayer<BothWays<A, B>>
{
  readonly outputSize: number;
  readonly merge: Exclude<Merge, 'none'>;

  constructor(forwardCell: Cell<A>, backwardCell: Cell<B>, merge: Exclude<Merge, 'none'>) {
    super(forwardCell, backwardCell);
    const [ahead, back] = [forwardCell.outputSize, backwardCell.outputSize];
    if (merge !== 'concat' && ahead !== back) {
      throw new ShapeError({
        op: 'bidirectional',
        what: `the outputs have no ${merge}`,
        rule: `the outputSize of one (${ahead}) must equal the other's (${back})`,
        mend: "Use equal sizes, or merge: 'concat'",
      });
    }
    this.merge = merge;
    this.outputSize = merge === 'concat' ? ahead + back : ahead;
  }

  forward(x: TensorLike, options: SequenceOptions<BothWays<A, B>> = {}): Unrolled<BothWays<A, B>> {
    return scratch(() => {
      const { forward, backward } = runBothWays(this, x, options);
      return {
        outputs: this.#merged(forward.outputs, backward.outputs),
        finalState: { forward: forward.finalState, backward: backward.finalState },
      };
    });
  }

  #merged(forward: Tensor, backward: Tensor): Tensor {
    if (this.merge === 'concat') return concat([forward, backward], 2);
    const total = add(forward, backward);
    return this.merge === 'sum' ? total : mul(total, 0.5);
  }
}

/** What {@link BidirectionalPair} returns. */
export type UnrolledBothWays<A, B> = {
  /** `[N, T, H]` of each cell, each at the place of its input. */
  readonly outputs: BothWays<Tensor>;
  /** After the last step that each has run. */
  readonly finalState: BothWays<A, B>;
};

/** A bidirectional layer that keeps the outputs of its cells apart; {@link bidirectional} makes it. */
export class BidirectionalPair<A extends TensorTree, B extends TensorTree> extends TwoCells<A, B> {
  /** Runs over x `[N, T, D]`, or int32 ids `[N, T]`; outputs `[N, T, H]` of each cell at the place of their inputs. */
  forward(x: TensorLike, options: SequenceOptions<BothWays<A, B>> = {}): UnrolledBothWays<A, B> {
    const { forward, backward } = runBothWays(this, x, options);
    return {
      outputs: { forward: forward.outputs, backward: backward.outputs },
      finalState: { forward: forward.finalState, backward: backward.finalState },
    };
  }
}

/**
 * Two cells over the same sequences, one from the first real step to the last, one from the last to the first: each
 * sequence is reversed within its length. The final state is that of both: `finalState.backward` has seen all real steps
 * and ends at the first.
 *
 * With `merge: 'none'` the outputs are `{ forward, backward }`, and it is no `SequenceLayer`.
 *
 * Shapes: x `[N, T, D]` → outputs `[N, T, H_a + H_b]`, or `[N, T, H]` with `'sum'` and `'mean'`; the final state is
 * `{ forward, backward }`.
 * Errors: `ShapeError` for cells of different inputSize, and of different outputSize for a sum or mean; `ValueError` for
 * another merge or unknown options; of `forward`: as {@link unroll}.
 * @source M. Schuster, K. K. Paliwal, "Bidirectional recurrent neural networks", IEEE Transactions on Signal Processing
 * 45, 1997
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { bidirectional, GRUCell, LSTMCell } from '@unroll/nn';
 * const ahead = new LSTMCell({ inputSize: 3, hiddenSize: 5 });
 * const layer = bidirectional(ahead, new GRUCell({ inputSize: 3, hiddenSize: 4 }));
 * const { outputs, finalState } = layer.forward(randn([2, 7, 3]), { lengths: [7, 4] });
 * outputs.shape; // [2, 7, 9]
 * finalState.forward.c.shape; // [2, 5]
 * finalState.backward.h.shape; // [2, 4]
 * ```
 */
export function bidirectional<A extends TensorTree, B extends TensorTree>(
  forwardCell: Cell<A>,
  backwardCell: Cell<B>,
  options?: BidirectionalOptions<Exclude<Merge, 'none'>>,
): BidirectionalLayer<A, B>;
export function bidirectional<A extends TensorTree, B extends TensorTree>(
  forwardCell: Cell<A>,
  backwardCell: Cell<B>,
  options: BidirectionalOptions<'none'>,
): BidirectionalPair<A, B>;
export function bidirectional<A extends TensorTree, B extends TensorTree>(
  forwardCell: Cell<A>,
  backwardCell: Cell<B>,
  options: BidirectionalOptions = {},
): BidirectionalLayer<A, B> | BidirectionalPair<A, B> {
  checkOptions('bidirectional', options, ['merge']);
  const { merge = 'concat' } = options;
  if (merge === 'none') return new BidirectionalPair(forwardCell, backwardCell);
  if (merge === 'concat' || merge === 'sum' || merge === 'mean') {
    return new BidirectionalLayer(forwardCell, backwardCell, merge);
  }
  throw new ValueError({
    op: 'bidirectional',
    what: `merge is '${String(merge)}'`,
    rule: "the outputs are merged by 'concat', 'sum', 'mean' or 'none'",
    mend: 'Pass one of them',
  });
}

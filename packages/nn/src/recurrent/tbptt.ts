/** Truncated backpropagation through time: how far the state goes, and how far back its gradients. */
import {
  checkOptions,
  checkSize,
  ShapeError,
  type Tensor,
  type TensorLike,
  type TensorTree,
  toTensor,
  ValueError,
} from '@unroll/core';
import { type Cell, checkBatch } from './cell.js';
import { type Lengths, type RealSteps, readRealSteps } from './lengths.js';
import { type TbpttWindow, Window } from './tbptt-window.js';
import { BEGIN_ANEW } from './unroll.js';

/** Options of {@link tbptt}. */
export interface TbpttOptions<State> {
  /** k₁: so many steps on, there is a loss of those steps. */
  readonly carry: number;
  /** k₂: the loss is propagated back through so many steps, those it is of among them. `carry` unless given. */
  readonly back?: number | undefined;
  /** The state before the first step; the cell's own unless given. */
  readonly initialState?: State | undefined;
  /** How many steps of each sequence are real; all of them unless given. The others are padding. */
  readonly lengths?: Lengths | undefined;
}

/** Windows over a batch of sequences, one after the other. Each reading begins anew. */
export interface TbpttWindows<State> extends Iterable<TbpttWindow<State>> {
  /** How many windows there are. */
  readonly count: number;
}

/**
 * Truncated backpropagation through time with two lengths: every `carry` steps there is a loss of those steps, which is
 * propagated back through the last `back` steps. The state before them is a constant. That of step t goes back to step
 * `(⌊t / carry⌋ + 1)·carry − back`, whatever the length of the sequence.
 *
 * A window is to be recorded, its loss walked back, and parameters may be written before the next. Steps that lie in
 * several windows are run again in each, with the parameters of that time: so the gradient is exact, that of the
 * window's loss as a function of the parameters, and what the tape holds does not grow with T. Going back takes
 * `back / carry` times a whole pass whatever one does; running again adds at most half of that.
 *
 * With `back` equal to `carry` these are plain windows with a carried state, and with both at least T it is all of
 * backpropagation. Until `back` steps have passed, gradients reach the initial state, which can be learned.
 *
 * Shapes: x `[N, T, …]`, y `[N, T, …]`.
 * Errors: `ShapeError` for an x or y without N and T in common, or a state of another batch size; `ValueError` for a
 * carry or back that is no size, a back below carry, lengths outside of 1 to T, unknown options, and for a window whose
 * `forward` was not called before the next was asked for; those of `forward` are those of `unroll`.
 * Differs: from PyTorch, which has no such loop: a graph that is retained there cannot be walked through again once the
 * optimizer has written the parameters.
 * @source R. J. Williams, J. Peng, "An efficient gradient-based algorithm for on-line training of recurrent network
 * trajectories", Neural Computation 2, 1990 (BPTT(h; h′) with h = back and h′ = carry); I. Sutskever, "Training
 * recurrent neural networks", thesis, University of Toronto, 2013, section 2.8.6 (k₁ = carry, k₂ = back)
 *
 * @example
 * ```ts
 * import { randn, Tape } from '@unroll/core';
 * import { LSTMCell, mse, tbptt } from '@unroll/nn';
 * import { SGD } from '@unroll/optim';
 * const cell = new LSTMCell({ inputSize: 3, hiddenSize: 4 });
 * const optimizer = new SGD(cell.parameters(), { lr: 0.1 });
 * const [x, y] = [randn([2, 100, 3]), randn([2, 100, 4])];
 * const tape = new Tape();
 * for (const window of tbptt(cell, x, y, { carry: 5, back: 20 })) {
 *   const loss = tape.record(() => mse(window.forward().outputs, window.y));
 *   optimizer.zeroGrad();
 *   tape.backward(loss);
 *   optimizer.step();
 * }
 * ```
 */
export function tbptt<State extends TensorTree>(
  cell: Cell<State>,
  x: TensorLike,
  y: TensorLike,
  options: TbpttOptions<State>,
): TbpttWindows<State> {
  checkOptions('tbptt', options, ['carry', 'back', 'initialState', 'lengths']);
  const { carry, back = carry, initialState } = options;
  checkSize('tbptt', 'carry', carry);
  checkSize('tbptt', 'back', back);
  if (back < carry) {
    throw new ValueError({
      op: 'tbptt',
      what: `back is ${back}, carry ${carry}`,
      rule: 'the loss is of the last carry steps, so going back through fewer would leave some of it out',
      mend: 'Raise back, or lower carry',
    });
  }
  const inputs = toTensor('tbptt', x);
  const targets = toTensor('tbptt', y, 'y');
  checkBoth(inputs, targets);
  const [batch, steps] = inputs.shape as readonly [number, number];
  if (initialState !== undefined) checkBatch('tbptt', 'initialState', initialState, batch, BEGIN_ANEW);
  const real = readRealSteps('tbptt', { lengths: options.lengths }, batch, steps);
  const last = real === null ? steps : lastReal(real);
  return {
    count: Math.ceil(last / carry),
    *[Symbol.iterator]() {
      let state = initialState;
      let start = 0;
      for (let from = 0; from < last; from += carry) {
        const to = Math.min(from + carry, last);
        const nextStart = Math.max(0, from + 2 * carry - back);
        const window = new Window(cell, { inputs, targets, real, state, span: { start, from, to, nextStart } });
        yield window;
        if (to < last) state = window.handOn();
        start = nextStart;
      }
    },
  };
}

function lastReal({ steps, flags }: RealSteps): number {
  let last = 0;
  for (const [i, flag] of flags.entries()) if (flag === 1) last = Math.max(last, (i % steps) + 1);
  return last;
}

function checkBoth(x: Tensor, y: Tensor): void {
  const fit = x.rank >= 2 && y.rank >= 2 && x.shape[0] === y.shape[0] && x.shape[1] === y.shape[1];
  if (fit && x.size > 0) return;
  throw new ShapeError({
    op: 'tbptt',
    what: fit ? 'there is nothing to run over' : 'inputs and targets do not fit together',
    arrays: { x, y },
    rule: 'both begin with [N, T], N and T at least 1',
    mend: fit ? 'Leave empty batches out' : 'Reshape one of them',
  });
}

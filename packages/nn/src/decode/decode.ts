/** Training a model that writes: teacher forcing, free running, and everything in between. */
import {
  checkOptions,
  requireIndices,
  ShapeError,
  scratch,
  stack,
  type Tensor,
  type TensorLike,
  type TensorTree,
  tensor,
  toTensor,
} from '@unroll/core';
import { checkBatch, inRun } from '../recurrent/cell.js';
import { allReal, keepStopped, maskOf, type RealSteps, readRealSteps, whereReal } from '../recurrent/lengths.js';
import { type DecodeOptions, Feed } from './feed.js';
import { checkStep, takeStep } from './model-steps.js';
import { checkId, readBeginning, type TokenIds } from './token-ids.js';
import type { TokenModel } from './token-model.js';

/** What {@link decode} returns. */
export type Decoded<State> = {
  /** Scores of each target, `[N, T, V]`. */
  readonly logits: Tensor;
  /** After the last step. */
  readonly finalState: State;
  /** What the steps read: int32 `[N, T]`. */
  readonly inputs: Tensor;
  /** 1 where a target is real, for the loss: `[N, T]`. */
  readonly mask: Tensor;
};

/**
 * Runs a model along the sequences that it should write. Step 0 reads `begin`; step t reads `targets[t − 1]` with the
 * probability `teacherForcing`, decided for each sequence and step, and otherwise the token that the model chose itself
 * after step t − 1. No gradient flows through a choice. Where the probability is 1 nothing is decided or drawn.
 * A model that has `forward` then takes all steps at once.
 *
 * For a probability that falls during a training, pass what the schedule says: `teacherForcing: schedule(update)`.
 *
 * A step in the padding changes nothing: it repeats the last logits and keeps the state, and the model sees 0. Targets
 * may be anything there; a loss takes the mask.
 *
 * Shapes: targets int32 `[N, T]`; logits `[N, T, V]`.
 * Errors: `ShapeError` for targets that are not `[N, T]`, a beginning or state of another batch size, or a model that
 * breaks its contract; `ValueError` for ids that the model does not know, a probability outside of [0, 1], lengths
 * outside of 1 to T, logits of which none can be chosen, or unknown options; `DataTypeError` for ids that are not int32.
 * An error inside a step names the model and the time.
 * @source teacher forcing: R. J. Williams, D. Zipser, "A learning algorithm for continually running fully recurrent
 * neural networks", Neural Computation 1, 1989; a probability: S. Bengio, O. Vinyals, N. Jaitly, N. Shazeer, "Scheduled
 * sampling for sequence prediction with recurrent neural networks", arXiv:1506.03099
 *
 * @example
 * ```ts
 * import { Tape, type Tensor, tensor } from '@unroll/core';
 * import { crossEntropy, decode, Embedding, GRUCell, type GRUState, Linear, type TokenModel } from '@unroll/nn';
 * import { inverseSigmoidDecay } from '@unroll/optim';
 * const [embed, cell, head] = [
 *   new Embedding({ vocabularySize: 5, embeddingSize: 4 }),
 *   new GRUCell({ inputSize: 4, hiddenSize: 8 }),
 *   new Linear({ inputSize: 8, outputSize: 5 }),
 * ];
 * const model: TokenModel<GRUState> = {
 *   vocabularySize: 5,
 *   step(ids: Tensor, state: GRUState) {
 *     const next = cell.step(embed.forward(ids), state);
 *     return { logits: head.forward(next.output), state: next.state };
 *   },
 * };
 * const targets = tensor([[1, 2, 3, 4], [4, 3, -1, -1]], { dtype: 'int32' });
 * const schedule = inverseSigmoidDecay({ k: 100 });
 * const tape = new Tape();
 * for (let update = 0; update < 3; update++) {
 *   const loss = tape.record(() => {
 *     const { logits, mask } = decode(model, targets, {
 *       state: cell.initialState(2),
 *       begin: 0,
 *       teacherForcing: schedule(update),
 *       lengths: [4, 2],
 *     });
 *     return crossEntropy(logits, targets, { mask });
 *   });
 *   tape.backward(loss); // then optimizer.step()
 * }
 * ```
 */
export function decode<State extends TensorTree>(
  model: TokenModel<State>,
  targets: TensorLike,
  options: DecodeOptions<State>,
): Decoded<State> {
  checkOptions('decode', options, ['state', 'begin', 'teacherForcing', 'choose', 'lengths', 'rng']);
  const truth = toTensor('decode', targets, 'targets');
  checkTargets(truth);
  const [batch, steps] = truth.shape as readonly [number, number];
  checkBatch('decode', 'state', options.state, batch, 'Pass a state with a row for each row of the targets');
  const real = readRealSteps('decode', { lengths: options.lengths }, batch, steps);
  checkIds(truth, real, model.vocabularySize);
  const feed = new Feed(model, truth, readFirst(options.begin, batch, model.vocabularySize), real, options);

  return scratch(() => {
    const mask = maskOf(real, batch, steps);
    const inputs = feed.forced();
    if (inputs === null || model.forward === undefined) {
      return { ...inRun(model, () => stepByStep(model, options.state, feed, { batch, steps, real })), mask };
    }
    const all = model.forward(inputs, options.state, real === null ? {} : { lengths: options.lengths });
    checkStep('decode', all, [batch, steps, model.vocabularySize]);
    return { logits: all.logits, finalState: all.state, inputs, mask };
  });
}

/** What a batch of targets is like. */
interface Extent {
  readonly batch: number;
  readonly steps: number;
  readonly real: RealSteps | null;
}

function stepByStep<State extends TensorTree>(
  model: TokenModel<State>,
  initial: State,
  feed: Feed,
  { batch, steps, real }: Extent,
): Omit<Decoded<State>, 'mask'> {
  let state = initial;
  const logits = new Array<Tensor>(steps);
  const inputs = new Int32Array(batch * steps);
  for (let t = 0; t < steps; t++) {
    const ids = feed.idsAt(t, logits[t - 1]);
    for (const [n, id] of ids.entries()) inputs[n * steps + t] = id;
    const next = takeStep('decode', model, ids, state, t);
    const isWhole = real === null || allReal(real, t);
    logits[t] = isWhole ? next.logits : whereReal(real, t, next.logits, logits[t - 1] ?? 0);
    state = isWhole ? next.state : keepStopped(real, t, next.state, state);
  }
  return { logits: stack(logits, 1), finalState: state, inputs: tensor(inputs, { shape: [batch, steps] }) };
}

function checkTargets(targets: Tensor): void {
  requireIndices('decode', targets, 'targets');
  if (targets.rank === 2 && targets.size > 0) return;
  throw new ShapeError({
    op: 'decode',
    what: targets.rank === 2 ? 'there is nothing to write' : 'the targets do not fit',
    arrays: { targets },
    rule: 'targets are [N, T], with N and T at least 1',
    mend: targets.rank === 1 ? 'Add a batch: expandDims(targets, 0)' : 'Reshape them, or leave empty batches out',
  });
}

function checkIds(targets: Tensor, real: RealSteps | null, vocabularySize: number): void {
  for (const [i, id] of targets.data.entries()) {
    if (real?.flags[i] !== 0) checkId('decode', 'targets hold', id, vocabularySize);
  }
}

function readFirst(begin: number | TokenIds, batch: number, vocabularySize: number): Int32Array {
  const lists = readBeginning('decode', begin, batch, vocabularySize);
  if (lists.every((ids) => ids.length === 1)) return Int32Array.from(lists, ([id]) => id as number);
  throw new ShapeError({
    op: 'decode',
    what: 'begin has several ids for a sequence',
    rule: 'the first step reads one; what follows it are the targets',
    mend: 'Put the others in front of the targets',
  });
}

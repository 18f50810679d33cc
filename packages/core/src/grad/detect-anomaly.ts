/** The search for the operation that made a NaN or an infinity. */
import { engine } from '../tape/engine.js';
import { checkSynchronous } from '../tensor/tree.js';
import { AnomalyWatch } from './anomaly-watch.js';
import { walkObservers } from './walk-observer.js';
import { watchWalk } from './walk-watch.js';

/** So many calls of a stack are kept. */
const STACK = 50;

/**
 * Runs `fn`, and throws when a NaN or an infinity arrives somewhere. The error names the operation that made the first
 * one, its scope (`LSTMCell.step, t = 17`), shapes and ranges of its inputs; its `cause` has the stack of the call.
 * Both directions are searched: what operations compute, recorded or not, and the gradients of `backward`, `gradient`
 * and `grad`, where the operation is named whose adjoint made it.
 *
 * To arrive is to be returned from `record`, to be a loss or a gradient that was asked for, or to be used by no
 * operation when `fn` ends, as a loss is that was read by `item()`. So what `where`, a clamp, a softmax over −∞ or a
 * masked loss takes back is none: `where(greater(x, 0), log(x), 0)` passes. Forwards the maker of a kind (NaN, ∞, −∞)
 * is the first operation whose inputs do not hold it; where it turned an infinity into NaN, `error.cause.cause` is the
 * anomaly of that infinity. An infinity that came in, or that `pad` was told to write, is a mask: it passes among
 * other numbers, and not alone, as a loss. A NaN that came in is blamed on who first computes with it.
 *
 * Values and gradients have the same bits as without. It takes several times the time, and nothing outside of it.
 *
 * Errors: `AnomalyError`; `ValueError` for a promise. Whatever `fn` throws passes through. After an error the search
 * is off, or as it was around.
 * Differs: from PyTorch's `set_detect_anomaly`, which looks for NaN in gradients alone, and JAX's `debug_nans`, which
 * throws at once.
 *
 * @example
 * ```ts
 * import { detectAnomaly, log, mean, mul, Parameter, Tape, tensor } from '@unroll/core';
 * const w = new Parameter(tensor([2, 0]));
 * const tape = new Tape();
 * let message = '';
 * try {
 *   detectAnomaly(() => tape.backward(tape.record(() => mean(log(mul(w, 3))))));
 * } catch (error) {
 *   message = String(error);
 * }
 * message.startsWith('AnomalyError: log: the result is -Infinity in 1 of 2 places, first at [1].'); // true
 * ```
 */
export function detectAnomaly<T>(fn: () => T): T {
  const outer = engine.watch;
  const watch = outer instanceof AnomalyWatch ? outer : new AnomalyWatch();
  const before = watch.unused();
  engine.watch = watch;
  walkObservers.of = watchWalk;
  try {
    const result = withLongStacks(fn);
    checkSynchronous('detectAnomaly', result);
    watch.finish(before);
    return result;
  } finally {
    engine.watch = outer;
  }
}

/** Some engines cut a stack after ten calls, half of which are ours. */
function withLongStacks<T>(fn: () => T): T {
  const limit: unknown = Reflect.get(Error, 'stackTraceLimit');
  if (typeof limit !== 'number') return fn();
  Reflect.set(Error, 'stackTraceLimit', Math.max(limit, STACK));
  try {
    return fn();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', limit);
  }
}

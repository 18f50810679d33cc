/** Copy memory: symbols are seen, a long nothing follows, then they are to be said again. */
import { checkOptions, checkSize, elementary, type Tensor, tensor } from '@unroll/core';
import { checkSynthetic, type SyntheticOptions } from './options.js';

/** How long the sequences of {@link copyMemory} are, and what of. */
export interface CopyMemorySizes {
  /** How many steps lie between the last symbol seen and the first to be said again; at least 1. */
  readonly lag: number;
  /** How many different symbols there are; 8 unless given. */
  readonly symbols?: number;
  /** How many symbols are to be remembered; 10 unless given. */
  readonly length?: number;
}

/** Options of {@link copyMemory}. */
export interface CopyMemoryOptions extends CopyMemorySizes, SyntheticOptions {}

/** Sequences, and what is to be said at each of their steps. */
export interface CopyMemory {
  /** int32 `[N, T]`, `T = lag + 2·length`. */
  readonly x: Tensor;
  /** int32 `[N, T]`. */
  readonly y: Tensor;
}

/**
 * Copy memory. Ids 0 to `symbols − 1` are symbols, `symbols` is a blank and `symbols + 1` says that it is time.
 * Seen are `length` symbols, `lag − 1` blanks, the sign, and `length` blanks more; wanted are `lag + length` blanks,
 * and then the symbols in their order.
 *
 * Shapes: x and y `[count, lag + 2·length]`, with ids below `symbols + 2`.
 * Errors: `ValueError` for options that are unknown or no sizes.
 * @source M. Arjovsky, A. Shah, Y. Bengio, "Unitary evolution recurrent neural networks", arXiv:1511.06464, section
 * 4.1, after S. Hochreiter, J. Schmidhuber, "Long short-term memory", Neural Computation 9, 1997
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { x, y } = synthetic.copyMemory({ count: 1, lag: 3, symbols: 2, length: 2, rng: new Rng(1) });
 * x.toArray(); // [[1, 0, 2, 2, 3, 2, 2]]
 * y.toArray(); // [[2, 2, 2, 2, 2, 1, 0]]
 * ```
 */
export function copyMemory(options: CopyMemoryOptions): CopyMemory {
  const op = 'synthetic.copyMemory';
  checkSynthetic(op, options, ['lag', 'symbols', 'length']);
  const { lag, symbols, length } = checkSizes(op, options);
  const { count, rng } = options;
  const steps = lag + 2 * length;
  const [blank, sign] = [symbols, symbols + 1];
  const x = new Int32Array(count * steps).fill(blank);
  const y = new Int32Array(count * steps).fill(blank);
  for (let n = 0; n < count; n++) {
    const start = n * steps;
    for (let i = 0; i < length; i++) {
      const symbol = rng.integer(symbols);
      x[start + i] = symbol;
      y[start + lag + length + i] = symbol;
    }
    x[start + length + lag - 1] = sign;
  }
  const shape = [count, steps];
  return { x: tensor(x, { shape }), y: tensor(y, { shape }) };
}

/**
 * The cross-entropy of who knows the task but remembers nothing: `length·ln(symbols) / (lag + 2·length)`. Blanks are
 * certain, and each symbol costs `ln(symbols)`.
 *
 * Units: nats a step.
 * Errors: `ValueError` for options that are unknown or no sizes.
 * @source As {@link copyMemory}: 10·ln 8 / (T + 20)
 *
 * @example
 * ```ts
 * import * as synthetic from '@unroll/data/synthetic';
 * synthetic.copyMemoryBaseline({ lag: 50 }); // 0.2971
 * synthetic.copyMemoryBaseline({ lag: 100 }); // 0.1733
 * ```
 */
export function copyMemoryBaseline(sizes: CopyMemorySizes): number {
  const op = 'synthetic.copyMemoryBaseline';
  checkOptions(op, sizes, ['lag', 'symbols', 'length']);
  const { lag, symbols, length } = checkSizes(op, sizes);
  return (length * elementary.log(symbols)) / (lag + 2 * length);
}

function checkSizes(op: string, { lag, symbols = 8, length = 10 }: CopyMemorySizes) {
  checkSize(op, 'lag', lag);
  checkSize(op, 'symbols', symbols);
  checkSize(op, 'length', length);
  return { lag, symbols, length };
}

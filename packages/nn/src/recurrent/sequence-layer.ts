/** What runs over whole sequences: a cell in time, two of them in both directions, several such layers in depth. */
import type { TensorLike, TensorTree } from '@unroll/core';
import type { Unrolled, UnrollOptions } from './unroll.js';

/** What a sequence layer may be told about its input; the direction is its own affair. */
export type SequenceOptions<State> = Omit<UnrollOptions<State>, 'reverse'>;

/**
 * A layer over whole sequences. `forward` is to it what `unroll` is to a cell: lengths, states and padding mean the same.
 */
export interface SequenceLayer<State extends TensorTree> {
  /** D of the inputs. */
  readonly inputSize: number;
  /** H of the outputs. */
  readonly outputSize: number;

  /** Runs over x `[N, T, D]`, or int32 ids `[N, T]`; outputs `[N, T, H]` at the place of their inputs. */
  forward(x: TensorLike, options?: SequenceOptions<State>): Unrolled<State>;
}

/** Who wants to hear of each operation that a tape writes down. */
import type { Tensor } from '../tensor/tensor.js';
import { lookOn, type Scope } from './engine.js';

/** What {@link Tape.onOp} tells. Its tensors live as long as the recording. */
export interface RecordedOp {
  /** As its function is called. */
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  /** What else the operation was told, in a form of its own. */
  readonly attributes: unknown;
  /** The part of the program that asked for it; null outside of every `namedScope`. */
  readonly scope: Scope | null;
}

/** Hears of an operation that was just recorded. */
export type OpListener = (op: RecordedOp) => void;

/** Tells all who listen now; what they compute is not written down. */
export function tellOp(listeners: ReadonlySet<OpListener>, op: RecordedOp): void {
  lookOn(() => {
    for (const listener of [...listeners]) listener(op);
  });
}

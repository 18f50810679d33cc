/** Who wants to see each run of a cell over time as a whole: an exporter that knows a better name for all of its steps. */
import type { Tensor, TensorTree } from '@unroll/core';
import type { Cell } from './cell.js';

/** One run of a cell over time, before its first step. */
export interface CellRun {
  readonly cell: Cell<TensorTree>;
  /** `[N, T, D]`, or int32 ids `[N, T]`, as they were given. */
  readonly inputs: Tensor;
  /** Before the first step that is run. */
  readonly initialState: TensorTree;
  /** 1 where a step is real and 0 where it is padding, `[N, T]`; null when all are real. */
  readonly mask: Tensor | null;
  readonly reverse: boolean;
}

/** What a run returns; see `Unrolled`. */
export type RunResult = { readonly outputs: Tensor; readonly finalState: TensorTree };

/** Sees a run; `take` takes its steps and answers what the run returns. */
export type RunObserver = (run: CellRun, take: () => RunResult) => void;

let observer: RunObserver | null = null;

/**
 * Runs `fn`, in which `observe` stands around each run of a cell over time, be it by `unroll`, a layer or a wrapper. It
 * must call `take` once; what it computes beside that is recorded where a tape records. A run inside of another's
 * step is seen too.
 *
 * @example
 * ```ts
 * import { ones } from '@unroll/core';
 * import { GRUCell, observeRuns, recurrent } from '@unroll/nn';
 * const layer = recurrent(new GRUCell({ inputSize: 3, hiddenSize: 5 }));
 * const seen: string[] = [];
 * observeRuns(
 *   ({ cell, inputs }, take) => {
 *     seen.push(`${cell.constructor.name} over [${inputs.shape}] to [${take().outputs.shape}]`);
 *   },
 *   () => layer.forward(ones([2, 7, 3])),
 * );
 * seen; // ['GRUCell over [2,7,3] to [2,7,5]']
 * ```
 */
export function observeRuns<T>(observe: RunObserver, fn: () => T): T {
  const before = observer;
  observer = observe;
  try {
    return fn();
  } finally {
    observer = before;
  }
}

/** Takes the steps of a run, and shows it to whoever looks on. */
export function takeRun<Result extends RunResult>(describe: () => CellRun, take: () => Result): Result {
  if (observer === null) return take();
  let result: Result | undefined;
  const takeOnce = (): Result => {
    result ??= take();
    return result;
  };
  observer(describe(), takeOnce);
  return takeOnce();
}

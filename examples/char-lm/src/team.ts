/** Processes that learn together, each from its own rows of every window. */
import type { Parameter, Tensor } from '@unroll/core';
import type { CharModel } from './model.js';

/** What training asks of them. A `Communicator` of `@unroll/mpi` is one; here nothing of Node may be named. */
export interface Team {
  readonly rank: number;
  /** Who they are. */
  readonly message: string;
  broadcastParameters(model: CharModel): void;
  shardRows(batch: Tensor): Tensor;
  allGather(rows: Tensor): Tensor;
  allReduce(value: number, how?: 'sum' | 'max'): number;
  allReduceGradients(parameters: readonly Parameter[], options: { readonly weight: number }): void;
  finalize(): void;
}

/** A process by itself. */
export const alone: Team = {
  rank: 0,
  message: 'one process',
  broadcastParameters: () => {},
  shardRows: (batch) => batch,
  allGather: (rows) => rows,
  allReduce: (value) => value,
  allReduceGradients: () => {},
  finalize: () => {},
};

/** How somebody looks on at walks whom walks do not know: a program that seeks no anomaly need not carry the search. */
import type { Recording } from '../tape/recording.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Gradients, WalkOptions } from './gradients.js';

/** Follows one walk; a `WalkWatch`. */
export interface WalkObserver {
  /** Before the first step. */
  begin(last: number, seed: Tensor): void;
  /** All gradients of a node have been added up. */
  reached(node: number): void;
  /** A listener has put another gradient in the place of the node's. */
  replaced(): void;
  /** The node's record will add `leftᵀ·right` to the gradient of input `i`, later and together with others. */
  postpone(i: number, left: Tensor, right: Tensor): void;
  /** The node's record has added to the gradients of its inputs. */
  passed(): void;
  /** The walk is done with the node, whose gradient was asked for. */
  arrived(): void;
}

/** The walk around one that goes through a segment, as its observer sees it. */
export interface ObservedAround {
  readonly watch: WalkObserver | null;
  /** Nodes out there by leaf. */
  readonly nodes: ReadonlyMap<number, number>;
}

/** Asked as each walk begins, once there is one; `detectAnomaly` is its only writer. */
export const walkObservers: {
  of:
    | ((
        recording: Recording,
        gradients: Gradients,
        options: WalkOptions,
        around: ObservedAround | null,
      ) => WalkObserver | null)
    | null;
} = { of: null };

/** What one recording of a program consists of: plain data, in which values are numbered in the order of their appearance. */
import type { DataType, Parameter } from '@unroll/core';
import type { CellRun } from '@unroll/nn';
import type { KnownCell } from './known-cell.js';

/** Where a value comes from that no step of the program makes. */
export type Leaf =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'parameter'; readonly parameter: Parameter }
  | { readonly kind: 'constant'; readonly data: ArrayLike<number> };

/** A tensor of the recording. */
export interface TracedValue {
  readonly shape: readonly number[];
  readonly dtype: DataType;
  /** Null for what a step makes, or what a body is given. */
  readonly leaf: Leaf | null;
}

/** One operation of core. */
export interface OperationStep {
  readonly kind: 'operation';
  readonly name: string;
  readonly inputs: readonly number[];
  readonly output: number;
  readonly attributes: unknown;
  /** The part of the program that asked for it, for messages; empty for the program itself. */
  readonly place: string;
}

/** All steps of a cell over time. */
export interface RunStep {
  readonly kind: 'run';
  readonly cell: CellRun['cell'];
  /** The cell as an operator; null where ONNX has none. */
  readonly known: KnownCell | null;
  /** `[N, T, D]`, or int32 `[N, T]`. */
  readonly x: number;
  /** Before the first step, in the order of their paths. */
  readonly state: readonly number[];
  /** `[N, T]`, or null. */
  readonly mask: number | null;
  readonly reverse: boolean;
  readonly outputs: number;
  /** After the last step, in the same order. */
  readonly finalState: readonly number[];
  readonly body: Body;
}

/** One step of a cell by itself. A part of the state that it hands on as it is has one number before and after. */
export interface Body {
  /** `[N, D]`, or int32 `[N]`. */
  readonly x: number;
  readonly state: readonly number[];
  readonly steps: readonly Step[];
  readonly output: number;
  readonly nextState: readonly number[];
}

export type Step = OperationStep | RunStep;

/** One recording. */
export interface Traced {
  readonly values: readonly TracedValue[];
  readonly steps: readonly Step[];
  /** What the program returned, by name. */
  readonly outputs: readonly (readonly [name: string, value: number])[];
}

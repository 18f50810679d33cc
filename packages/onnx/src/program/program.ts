/** A program for all sizes: what several recordings at different sizes have in common. */
import type { DataType, Parameter } from '@unroll/core';
import type { Step } from '../recording/traced.js';
import type { Amount } from './amount.js';
import type { Derivation } from './derivation.js';

/** Where a value comes from. */
export type Source =
  /** A step makes it. */
  | { readonly kind: 'computed' }
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'parameter'; readonly parameter: Parameter }
  /** Always the same numbers, or one number in a shape that is open. */
  | { readonly kind: 'constant'; readonly data: ArrayLike<number> }
  | { readonly kind: 'fill'; readonly value: Amount; readonly inverse: boolean }
  /** Numbers that follow from the inputs in a known way, whoever computed them. */
  | { readonly kind: 'derived'; readonly derivation: Derivation }
  /** Numbers that differ, nobody knows how: an error where they are needed. */
  | { readonly kind: 'unknown'; readonly shapes: readonly (readonly number[])[] };

export interface Value {
  readonly shape: readonly Amount[];
  readonly dtype: DataType;
  readonly source: Source;
}

/** Its steps name values by number; the attributes of an operation hold amounts in the place of numbers that differ. */
export interface Program {
  readonly values: readonly Value[];
  readonly steps: readonly Step[];
  readonly outputs: readonly (readonly [name: string, value: number])[];
}

/** What an operation looks like in a file: the contract of the folders beside. */
import { ValueError } from '@unroll/core';
import { type Amount, isFormula } from '../program/amount.js';
import type { Graph } from '../program/graph.js';
import type { Value } from '../program/program.js';

/** An operation that is being written. */
export interface Call {
  /** As its function is called. */
  readonly op: string;
  /** The names of its operands in the file. */
  readonly names: readonly string[];
  readonly operands: readonly Value[];
  readonly result: Value;
  /** See the operation in core; amounts stand for numbers. */
  readonly attributes: unknown;
  readonly graph: Graph;
}

/** Writes an operation, and answers the name of its result. */
export type Form = (call: Call) => string;

/** By the names of operations. */
export type Forms = Readonly<Record<string, Form>>;

/** A number that no open size may be in. Errors: `ValueError`. */
export function fixed(op: string, what: string, amount: Amount): number {
  if (!isFormula(amount)) return amount;
  throw new ValueError({
    op: 'exportOnnx',
    what: `the ${what} of ${op} follows from an open size`,
    rule: 'it is a part of the file',
    mend: 'Fix the size: null in axes',
  });
}

/** Operand `i`, which the operation has. */
export const operand = ({ operands }: Call, i: number): Value => operands[i] as Value;

/** Of the result; operations compute in the dtype of their operands. */
export const sizeAt = ({ shape }: Value, axis: number): Amount => shape[axis] as Amount;

/** What gated cells are made of: gates below each other in one matrix, so that one product serves them all. */
import { checkSize, concat, type DataType, defaultRng, full, Parameter, type Rng, ValueError } from '@unroll/core';
import { orthogonal, xavierUniform } from '../../init.js';

/** Options of every cell. */
export interface CellOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** Draws the initial weights; `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
  /** Of the parameters: `'float32'` unless something else is said. */
  readonly dtype?: DataType | undefined;
}

/** What every unit of a forget gate starts with; 1 unless given. */
export function readForgetBias(op: string, forgetBias: number | undefined): number {
  if (forgetBias === undefined) return 1;
  if (Number.isFinite(forgetBias)) return forgetBias;
  throw new ValueError({
    op,
    what: `forgetBias is ${forgetBias}`,
    rule: 'it must be a finite number',
    mend: 'Pass ln(T − 1) for a memory of T steps, or leave it out for 1',
  });
}

/** The parameters of G gates. */
export interface GateWeights {
  /** `[G·H, D]`. */
  readonly weightIh: Parameter;
  /** `[G·H, R]`. */
  readonly weightHh: Parameter;
  /** `[G·H]`. */
  readonly bias: Parameter;
}

/**
 * Makes the parameters of gates that stand below each other, in the order of `biases`, which says where the bias of
 * each starts: `{ i: 0, f: 1, g: 0, o: 0 }`. Input weights start Xavier-uniform and recurrent weights orthogonal, each
 * gate by itself. R, the size of what comes back, is H unless given.
 *
 * Errors: `ValueError` for bad sizes.
 */
export function gateWeights(
  op: string,
  biases: { readonly [gate: string]: number },
  options: CellOptions,
  recurrentSize: number = options.hiddenSize,
): GateWeights {
  const { inputSize: D, hiddenSize: H, rng = defaultRng(), dtype = 'float32' } = options;
  checkSize(op, 'inputSize', D);
  checkSize(op, 'hiddenSize', H);
  const gates = Object.values(biases);
  return {
    weightIh: new Parameter(concat(gates.map(() => xavierUniform([H, D], { rng, dtype })))),
    weightHh: new Parameter(concat(gates.map(() => orthogonal([H, recurrentSize], { rng, dtype })))),
    bias: new Parameter(concat(gates.map((bias) => full([H], bias, { dtype })))),
  };
}

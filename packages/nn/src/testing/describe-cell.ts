/** The suite that every cell must pass, the library's own and yours. */
import { checkOptions, Rng, type TensorTree } from '@unroll/core';
import { Module } from '../module.js';
import type { CellCase } from './case.js';
import { gradientCases, parameterCases } from './gradient-cases.js';
import { type Restatement, restatementCase } from './restatement.js';
import type { CreateCell } from './setting.js';
import { stateDictionaryCase, valueCases } from './value-cases.js';

/** Options of {@link describeCell}. */
export interface DescribeCellOptions<State extends TensorTree> {
  /** Makes the cell, the smaller the faster; it is called for each check. */
  readonly create: CreateCell<State>;
  /** The step said again in plain loops over numbers, for one sequence. */
  readonly restatement?: Restatement<State> | undefined;
}

/**
 * Checks for a cell, for any test runner: sizes; `project` with `stepProjected` against `step`; a batch with lengths,
 * and NaN in its padding, against its sequences one by one, values and gradients; derivatives of both orders by
 * inputs, state and parameters; its state dictionary; `inRun`; float32 against float64; and a restatement in plain loops
 * where one is given. All parameters are random and none is 0. Cells are checked in evaluation, where nothing is random,
 * and derivatives by parameters also in training, with the same draws in each call and over a carried state.
 *
 * float64 needs its engine: import `@unroll/kernels/reference` in the test.
 *
 * Errors: `ValueError` for unknown options. The checks throw `ConformanceError`, `GradcheckError`, or what the cell throws.
 *
 * @example
 * ```ts
 * import '@unroll/kernels/reference';
 * import { GRUCell } from '@unroll/nn';
 * import { describeCell } from '@unroll/nn/testing';
 * const cases = describeCell({ create: (options) => new GRUCell({ inputSize: 3, hiddenSize: 4, ...options }) });
 * for (const { name, run } of cases) run(); // with a test runner: test(name, run)
 * ```
 */
export function describeCell<State extends TensorTree>(options: DescribeCellOptions<State>): CellCase[] {
  checkOptions('describeCell', options, ['create', 'restatement']);
  const { create, restatement } = options;
  const learns = create({ rng: new Rng(0), dtype: 'float32' }) instanceof Module;
  return [
    ...valueCases(create),
    ...gradientCases(create),
    ...(learns ? [...parameterCases(create), stateDictionaryCase(create)] : []),
    ...(restatement === undefined ? [] : [restatementCase(create, restatement)]),
  ];
}

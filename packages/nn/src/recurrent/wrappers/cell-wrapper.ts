/** A cell around a cell. */
import type { TensorTree } from '@unroll/core';
import { Module } from '../../module.js';
import { fieldForm, formOf } from '../../torch/fields.js';
import type { TorchForm } from '../../torch/form.js';
import { type Cell, inRun } from '../cell.js';

/**
 * The base of the cells around another cell: it has the sizes of the cell inside and begins its runs. A wrapper without
 * parameters of its own has the names of the cell inside in dictionaries for PyTorch.
 *
 * @example
 * ```ts
 * import { ones, type Tensor, type TensorTree } from '@unroll/core';
 * import { type Cell, type CellStep, CellWrapper, GRUCell, unroll } from '@unroll/nn';
 * // Counts the steps of any cell.
 * class Counted<State extends TensorTree> extends CellWrapper<State> implements Cell<State> {
 *   count = 0;
 *   initialState(batch: number): State {
 *     return this.cell.initialState(batch);
 *   }
 *   step(x: Tensor, state: State): CellStep<State> {
 *     this.count += 1;
 *     return this.cell.step(x, state);
 *   }
 * }
 * const cell = new Counted(new GRUCell({ inputSize: 3, hiddenSize: 5 }));
 * unroll(cell, ones([2, 7, 3])).finalState.h.shape; // [2, 5]
 * cell.count; // 7
 * ```
 */
export abstract class CellWrapper<Inner extends TensorTree> extends Module {
  readonly cell: Cell<Inner>;
  readonly inputSize: number;
  readonly outputSize: number;

  constructor(cell: Cell<Inner>) {
    super();
    this.cell = cell;
    this.inputSize = cell.inputSize;
    this.outputSize = cell.outputSize;
  }

  /** Runs `fn`, which takes the steps of one run, as one of the cell inside. */
  inRun<T>(fn: () => T): T {
    return inRun(this.cell, fn);
  }

  override torchForm(): TorchForm {
    return this.cell instanceof Module ? formOf(this.cell) : fieldForm(this);
  }
}

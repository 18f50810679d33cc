/** A cell seen as a layer over whole sequences. */
import { checkOptions, type TensorLike, type TensorTree } from '@unroll/core';
import { Module } from '../module.js';
import { fieldForm } from '../torch/fields.js';
import type { TorchForm } from '../torch/form.js';
import { layerFormOf } from '../torch/layers.js';
import type { Cell } from './cell.js';
import type { SequenceLayer, SequenceOptions } from './sequence-layer.js';
import { type Unrolled, unroll } from './unroll.js';

/** Options of {@link recurrent}. */
export interface RecurrentOptions {
  /** Runs from each sequence's last real step to its first. False unless said otherwise. */
  readonly reverse?: boolean | undefined;
}

/** See {@link recurrent}, which makes it. */
export class RecurrentLayer<State extends TensorTree> extends Module implements SequenceLayer<State> {
  readonly cell: Cell<State>;
  readonly reverse: boolean;
  readonly inputSize: number;
  readonly outputSize: number;

  constructor(cell: Cell<State>, options: RecurrentOptions = {}) {
    super();
    checkOptions('recurrent', options, ['reverse']);
    this.cell = cell;
    this.reverse = options.reverse ?? false;
    this.inputSize = cell.inputSize;
    this.outputSize = cell.outputSize;
  }

  forward(x: TensorLike, options: SequenceOptions<State> = {}): Unrolled<State> {
    checkOptions('RecurrentLayer.forward', options, ['initialState', 'lengths', 'mask']);
    return unroll(this.cell, x, { ...options, reverse: this.reverse });
  }

  override torchForm(): TorchForm {
    return layerFormOf(this.cell) ?? fieldForm(this);
  }
}

/**
 * A cell as a layer over whole sequences: `forward(x)` is `unroll(cell, x)`. PyTorch's nn.RNN, nn.LSTM and nn.GRU are
 * such layers of our cells.
 *
 * Shapes, errors: as {@link unroll}.
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { LSTMCell, recurrent, toTorchStateDict } from '@unroll/nn';
 * const layer = recurrent(new LSTMCell({ inputSize: 3, hiddenSize: 5 }), { reverse: true });
 * const { outputs, finalState } = layer.forward(randn([2, 7, 3]), { lengths: [7, 4] });
 * outputs.shape; // [2, 7, 5]
 * finalState.c.shape; // [2, 5]
 * Object.keys(toTorchStateDict(layer)); // ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
 * ```
 */
export function recurrent<State extends TensorTree>(
  cell: Cell<State>,
  options: RecurrentOptions = {},
): RecurrentLayer<State> {
  return new RecurrentLayer(cell, options);
}

/** Layers over whole sequences, one after the other. */
import {
  add,
  checkOptions,
  namedScope,
  type Rng,
  scratch,
  type Tensor,
  type TensorLike,
  type TensorTree,
  ValueError,
} from '@unroll/core';
import { Dropout } from '../layers/dropout.js';
import { Module } from '../module.js';
import { fieldForm, formOf } from '../torch/fields.js';
import type { TorchForm } from '../torch/form.js';
import { deepForm } from '../torch/layers.js';
import type { Cell } from './cell.js';
import { recurrent } from './recurrent.js';
import type { SequenceLayer, SequenceOptions } from './sequence-layer.js';
import { checkSizes, checkStates } from './stack.js';
import type { Unrolled } from './unroll.js';

/** Options of {@link deep}. */
export interface DeepOptions {
  /** Whether each layer after the first adds its inputs to its outputs. False unless said otherwise. */
  readonly residual?: boolean | undefined;
  /** The probability that a number between two layers becomes 0 in training. 0 unless given. */
  readonly dropout?: number | undefined;
  /** The generator of the dropout is split from this one; from `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
}

/** What can be a layer of {@link deep}. */
export type LayerOrCell = SequenceLayer<TensorTree> | Cell<TensorTree>;

/** The states of the layers, in order. */
export type DeepState<Layers extends readonly LayerOrCell[]> = {
  readonly [I in keyof Layers]: Layers[I] extends Cell<infer State>
    ? State
    : Layers[I] extends SequenceLayer<infer State>
      ? State
      : never;
};

/** See {@link deep}, which makes it. */
export class DeepLayer<const Layers extends readonly LayerOrCell[]>
  extends Module
  implements SequenceLayer<DeepState<Layers>>
{
  /** A cell is a layer of its own here. */
  readonly layers: readonly SequenceLayer<TensorTree>[];
  readonly inputSize: number;
  readonly outputSize: number;
  readonly residual: boolean;
  /** Between the layers; null when there is none. */
  readonly dropout: Dropout | null;

  constructor(layers: Layers, options: DeepOptions = {}) {
    super();
    checkOptions('deep', options, ['residual', 'dropout', 'rng']);
    const { residual = false, dropout = 0, rng } = options;
    const first = layers[0];
    const last = layers.at(-1);
    if (first === undefined || last === undefined) {
      throw new ValueError({
        op: 'deep',
        what: 'there are no layers',
        rule: 'at least one is needed',
        mend: 'Pass some',
      });
    }
    this.layers = layers.map(asLayer);
    checkSizes('deep', 'layers', this.layers, residual);
    this.inputSize = first.inputSize;
    this.outputSize = last.outputSize;
    this.residual = residual;
    this.dropout = dropout === 0 ? null : new Dropout({ p: dropout, rng });
  }

  forward(x: TensorLike, options: SequenceOptions<DeepState<Layers>> = {}): Unrolled<DeepState<Layers>> {
    checkOptions('DeepLayer.forward', options, ['initialState', 'lengths', 'mask']);
    const { initialState, ...rest } = options;
    if (initialState !== undefined) {
      checkStates('deep', 'layers', initialState, this.layers.length, 'Pass a finalState of these layers');
    }
    return scratch(() => {
      const states: TensorTree[] = [];
      let below: Tensor | null = null;
      for (const [i, layer] of this.layers.entries()) {
        const input: Tensor | null = below === null || this.dropout === null ? below : this.dropout.forward(below);
        const own = (initialState as readonly TensorTree[] | undefined)?.[i];
        const run = (): Unrolled<TensorTree> => layer.forward(input ?? x, { ...rest, initialState: own });
        const { outputs, finalState } = namedScope(`DeepLayer.layers[${i}]`, run);
        states.push(finalState);
        below = input !== null && this.residual ? add(outputs, input) : outputs;
      }
      return { outputs: below as Tensor, finalState: states as DeepState<Layers> };
    });
  }

  override torchForm(): TorchForm {
    const forms = this.layers.map((layer) => (layer instanceof Module ? formOf(layer) : null));
    return (this.residual ? null : deepForm(forms)) ?? fieldForm(this);
  }
}

/**
 * Layers over whole sequences, one after the other, of any kinds and widths: each takes all outputs of the one before,
 * with the same lengths or mask. A cell stands for `recurrent(cell)`. Of cells alone it is what `stack` is, as a layer
 * instead of a cell; of bidirectional layers it is PyTorch's nn.LSTM with num_layers and bidirectional.
 *
 * With dropout, what goes from one layer to the next is thinned out, each number by itself; not the input, nor the last
 * output. With residual, each layer from the second on adds its inputs to its outputs.
 *
 * Shapes: x `[N, T, D]` of the first layer → outputs `[N, T, H]` of the last; the final state is an array of the layers'.
 * Errors: `ShapeError` where a layer's inputSize is not the outputSize below, or a residual layer changes the size;
 * `ValueError` for no layers, something that is none, a bad dropout or unknown options; of `forward`: as {@link unroll}.
 * @source A. Graves, A. Mohamed, G. Hinton, "Speech recognition with deep recurrent neural networks", ICASSP 2013,
 * section 2
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { bidirectional, deep, GRUCell, LSTMCell } from '@unroll/nn';
 * const lstm = (inputSize: number) => new LSTMCell({ inputSize, hiddenSize: 5 });
 * const encoder = deep([bidirectional(lstm(3), lstm(3)), bidirectional(lstm(10), lstm(10))], { dropout: 0.2 });
 * const { outputs, finalState } = encoder.forward(randn([2, 7, 3]), { lengths: [7, 4] });
 * outputs.shape; // [2, 7, 10]
 * finalState[1].backward.c.shape; // [2, 5]
 * deep([lstm(3), new GRUCell({ inputSize: 5, hiddenSize: 4 })]).outputSize; // 4
 * ```
 */
export function deep<const Layers extends readonly LayerOrCell[]>(
  layers: Layers,
  options: DeepOptions = {},
): DeepLayer<Layers> {
  return new DeepLayer(layers, options);
}

function asLayer(part: LayerOrCell, i: number): SequenceLayer<TensorTree> {
  if ('step' in part) return recurrent(part);
  if (typeof part.forward === 'function') return part;
  throw new ValueError({
    op: 'deep',
    what: `layers[${i}] is no layer`,
    rule: 'layers have a method forward over whole sequences, cells a method step',
    mend: 'Pass such a layer, or a cell',
  });
}

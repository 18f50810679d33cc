/** How PyTorch holds the numbers of a module: what a kind of module says about itself. */
import type { Tensor, Variable } from '@unroll/core';

/** Tensors by PyTorch's names. */
export type TorchTensors<Name extends string = string> = { readonly [K in Name]: Tensor };

/**
 * How PyTorch holds what a module holds. A module has a method `torchForm` when its tensors are others in PyTorch than
 * its fields say: a cell, whose one bias PyTorch splits in two.
 *
 * @example
 * ```ts
 * import { Parameter, transpose, zeros } from '@unroll/core';
 * import { Module, type TorchForm, toTorchStateDict } from '@unroll/nn';
 * // Keeps its weight as [in, out], which PyTorch has as [out, in].
 * class Dense extends Module {
 *   readonly kernel: Parameter = new Parameter(zeros([2, 3]));
 *   override torchForm(): TorchForm<'weight'> {
 *     return {
 *       tensors: { weight: transpose(this.kernel) },
 *       values: ({ weight }) => [[this.kernel, transpose(weight)]],
 *       modules: {},
 *     };
 *   }
 * }
 * toTorchStateDict(new Dense()).weight?.shape; // [3, 2]
 * ```
 */
export interface TorchForm<Name extends string = string> {
  /** The tensors that PyTorch's module has itself, by its names, with the numbers of this module. */
  readonly tensors: TorchTensors<Name>;
  /** What the module's own variables become when PyTorch's tensors are these, of the names and shapes above. */
  values(tensors: TorchTensors<Name>): readonly (readonly [variable: Variable, value: Tensor])[];
  /** The modules inside, by PyTorch's names; what is no module is passed over. */
  readonly modules: { readonly [name: string]: unknown };
  /** How nn.RNN, nn.LSTM and nn.GRU hold the same: true where they only have `_l0` behind the names. */
  readonly layer?: boolean | TorchForm;
}

/** The same form with other names for its tensors. */
export function renamed(form: TorchForm, rename: (name: string) => string): TorchForm {
  const names = Object.keys(form.tensors).map((name) => [name, rename(name)] as const);
  return {
    tensors: Object.fromEntries(names.map(([before, after]) => [after, form.tensors[before] as Tensor])),
    values: (tensors) =>
      form.values(Object.fromEntries(names.map(([before, after]) => [before, tensors[after] as Tensor]))),
    modules: form.modules,
  };
}

/** The same form with something behind the name of each tensor: `_l0`, or `_l1_reverse`. */
export function withEnding(form: TorchForm, ending: string): TorchForm {
  return renamed(form, (name) => `${name}${ending}`);
}

/** How nn.RNN, nn.LSTM and nn.GRU hold the same; null where they cannot. */
export function layerOf(form: TorchForm): TorchForm | null {
  if (form.layer === true) return withEnding(form, '_l0');
  return form.layer === undefined || form.layer === false ? null : form.layer;
}

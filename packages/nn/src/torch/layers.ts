/** Recurrences that are the layers and directions of one nn.RNN, nn.LSTM or nn.GRU: `_l0`, `_l0_reverse`, `_l1`. */
import { Module } from '../module.js';
import { formOf } from './fields.js';
import { layerOf, renamed, type TorchForm } from './form.js';

/** `weight_ih_l1_reverse`: what it is, in which layer, in which direction. */
const NAME = /^(.+)_l(\d+)(_reverse)?$/;

/** How PyTorch's layers hold a cell; null for one that they do not have. */
export function layerFormOf(cell: unknown): TorchForm | null {
  if (!(cell instanceof Module)) return null;
  try {
    return layerOf(formOf(cell));
  } catch {
    return null; // the cell says why when it is asked by its own name
  }
}

/** Two directions as one layer; null when PyTorch has no such layer. */
export function bothWaysForm(forward: TorchForm | null, backward: TorchForm | null): TorchForm | null {
  if (forward === null || backward === null) return null;
  return checked(joined([forward, renamed(backward, (name) => `${name}_reverse`)]));
}

/** One after the other, as layers of one module; null when PyTorch has no such module. */
export function deepForm(forms: readonly (TorchForm | null)[]): TorchForm | null {
  const shifted: TorchForm[] = [];
  let below = 0;
  for (const form of forms) {
    if (form === null) return null;
    const by = below;
    const rename = (name: string): string =>
      name.replace(NAME, (_, what: string, layer: string, reverse = '') => `${what}_l${Number(layer) + by}${reverse}`);
    shifted.push(renamed(form, rename));
    below += new Set(Object.keys(form.tensors).map((name) => NAME.exec(name)?.[2])).size;
  }
  return checked(joined(shifted));
}

function joined(forms: readonly TorchForm[]): TorchForm {
  return {
    tensors: Object.assign({}, ...forms.map(({ tensors }) => tensors)) as TorchForm['tensors'],
    values: (tensors) => forms.flatMap((form) => form.values(tensors)),
    modules: {},
  };
}

/**
 * The form, if it is that of one module: layers and directions are alike, but for the inputs of the layers above the
 * first, which are all outputs of the one below.
 */
function checked(form: TorchForm): TorchForm | null {
  const entries = Object.entries(form.tensors).map(([name, { shape }]) => {
    const [, what = '', layer = '', reverse = ''] = NAME.exec(name) ?? [];
    return { what, layer: Number(layer), reverse, shape };
  });
  const first = new Map(entries.filter(({ layer, reverse }) => layer === 0 && reverse === '').map((e) => [e.what, e]));
  const layers = 1 + Math.max(...entries.map(({ layer }) => layer));
  const directions = new Set(entries.map(({ reverse }) => reverse)).size;
  const outputs = directions * (first.get('weight_hh')?.shape[1] ?? 0);
  const fits = entries.every(({ what, layer, shape }) => {
    const [rows, ...rest] = first.get(what)?.shape ?? [];
    return String(shape) === String(what === 'weight_ih' && layer > 0 ? [rows, outputs] : [rows, ...rest]);
  });
  return fits && entries.length === layers * directions * first.size ? form : null;
}

/** The form of modules that say nothing about it: PyTorch's names are those of their fields. */
import { type Tensor, Variable } from '@unroll/core';
import { Module, ownPlacesOf } from '../module.js';
import type { TorchForm } from './form.js';

/** `readOut` as Python spells it: `read_out`. */
const inPython = (path: string): string =>
  path.replace(/([a-z0-9])([A-Z])/g, (_, before: string, capital: string) => `${before}_${capital.toLowerCase()}`);

/** Variables and modules in the fields of a module, or in an array or plain object, by their path. */
export function fieldForm(container: object): TorchForm {
  const variables = new Map<string, Variable>();
  const modules: Record<string, Module> = {};
  for (const { path, value } of ownPlacesOf(container)) {
    if (value instanceof Variable) variables.set(inPython(path), value);
    else if (value instanceof Module) modules[inPython(path)] = value;
  }
  return {
    tensors: Object.fromEntries(variables),
    values: (tensors) => [...variables].map(([name, variable]) => [variable, tensors[name] as Tensor]),
    modules,
  };
}

/** What a module says about itself, or its fields do. */
export function formOf(module: Module): TorchForm {
  return module.torchForm?.() ?? fieldForm(module);
}

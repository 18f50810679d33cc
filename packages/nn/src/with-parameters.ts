/** A module run with other numbers than its own. */
import { DataTypeError, type Parameter, ShapeError, type Tensor, ValueError } from '@unroll/core';
import { type Module, type Place, placesOf } from './module.js';

/**
 * Runs `fn` with tensors in the places of a module's parameters, and puts the parameters back. Gradients flow to
 * the tensors: meta-learning, gradient checks, ensembles, weights that are themselves computed.
 *
 * Parameters that are not named stay. During `fn` the named fields hold the tensors, so only code that reads them
 * as tensors works; `fn` must be synchronous.
 *
 * Errors: `ValueError` for a name that no parameter has; `ShapeError` and `DataTypeError` for another shape or
 * dtype than the parameter's. Nothing is run then.
 *
 * @example
 * ```ts
 * import { grad, ones, sum, type Tensor, tensor } from '@unroll/core';
 * import { Linear, withParameters } from '@unroll/nn';
 * const layer = new Linear({ inputSize: 2, outputSize: 1 });
 * const x = tensor([[3, 4]]);
 * const loss = (weight: Tensor) => sum(withParameters(layer, { weight }, () => layer.forward(x)));
 * grad(loss)(ones([1, 2])).toArray(); // [[3, 4]]
 * ```
 */
export function withParameters<T>(module: Module, values: { readonly [name: string]: Tensor }, fn: () => T): T {
  const owned = new Map(module.namedParameters());
  const replacements = new Map<unknown, Tensor>();
  for (const [name, value] of Object.entries(values)) {
    const parameter = owned.get(name);
    if (parameter === undefined) throw unknownName(name, [...owned.keys()]);
    checkFit(name, parameter, value);
    replacements.set(parameter, value);
  }
  const places = [...placesOf(module)].filter(({ value }) => replacements.has(value));
  return withTensors(places, (parameter) => replacements.get(parameter) as Tensor, fn);
}

/**
 * Runs `fn` with what `replace` makes of the tensors in some places, and puts them back. A tensor that stands in several
 * places is replaced once.
 */
export function withTensors<T>(places: readonly Place[], replace: (t: Tensor) => Tensor, fn: () => T): T {
  const before = places.map(({ holder, key }) => ({ holder, key, value: holder[key] as Tensor }));
  const replaced = new Map<Tensor, Tensor>();
  for (const { value } of before) if (!replaced.has(value)) replaced.set(value, replace(value));
  try {
    for (const { holder, key, value } of before) holder[key] = replaced.get(value);
    return fn();
  } finally {
    for (const { holder, key, value } of before) holder[key] = value;
  }
}

function checkFit(name: string, parameter: Parameter, value: Tensor): void {
  if (String(parameter.shape) !== String(value.shape)) {
    throw new ShapeError({
      op: 'withParameters',
      what: `the value of '${name}' has another shape`,
      arrays: { parameter, value },
      rule: 'a value has the shape of the parameter whose place it takes',
      mend: 'Reshape it',
    });
  }
  if (parameter.dtype === value.dtype) return;
  throw new DataTypeError({
    op: 'withParameters',
    what: `the value of '${name}' is ${value.dtype}, the parameter ${parameter.dtype}`,
    rule: 'a value has the dtype of the parameter whose place it takes',
    mend: `Convert it: cast(value, '${parameter.dtype}')`,
  });
}

function unknownName(name: string, known: readonly string[]): ValueError {
  return new ValueError({
    op: 'withParameters',
    what: `there is no parameter '${name}'`,
    rule: known.length > 0 ? `the parameters are ${known.join(', ')}` : 'the module has no parameters',
    mend: 'Use the names of namedParameters()',
  });
}

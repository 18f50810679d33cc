/** Structures of directions: one tensor for each tensor of an argument. */
import { DataTypeError, ShapeError, ValueError } from '../errors.js';
import { sameShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkTree, mapTensors, type TensorTree } from '../tensor/tree.js';

/** The tensors of a checked tree that can have gradients, by where they are. */
export function variablesOf(tree: TensorTree): ReadonlyMap<string, Tensor> {
  const found = new Map<string, Tensor>();
  mapTensors(tree, (t, path) => {
    if (t.dtype !== 'int32') found.set(path, t);
    return t;
  });
  return found;
}

/**
 * For each variable of `x` its direction in `v`, in the order of `x`.
 *
 * Errors: `ValueError` where a direction is missing or there is one too many; `ShapeError` and `DataTypeError` for one
 * that is not like its variable.
 */
export function directionsLike(op: string, x: TensorTree, v: TensorTree): Tensor[] {
  checkTree(op, x, 'x');
  checkTree(op, v, 'v');
  const [variables, directions] = [variablesOf(x), variablesOf(v)];
  for (const path of [...variables.keys(), ...directions.keys()]) {
    if (variables.has(path) && directions.has(path)) continue;
    const [without, other] = variables.has(path) ? ['v', 'x'] : ['x', 'v'];
    throw new ValueError({
      op,
      what: `${without} has nothing in the place of ${placeIn(other, path)}`,
      rule: 'v is built like x, with a floating-point tensor for each of x',
      mend: 'Make v with mapTensors from x',
    });
  }
  return [...variables].map(([path, t]) => {
    const direction = directions.get(path) as Tensor;
    const [own, given] = [placeIn('x', path), placeIn('v', path)];
    const complaint = { op, arrays: { [own]: t, [given]: direction }, rule: 'a direction is like what moves along it' };
    if (!sameShape(direction.shape, t.shape)) {
      throw new ShapeError({ ...complaint, what: `${given} has another shape than ${own}`, mend: `Reshape ${given}` });
    }
    if (direction.dtype === t.dtype) return direction;
    throw new DataTypeError({
      ...complaint,
      what: `${given} is ${direction.dtype}, ${own} is ${t.dtype}`,
      mend: `Convert with cast(${given}, '${t.dtype}')`,
    });
  });
}

/** `x.layers[0]`. */
function placeIn(name: string, path: string): string {
  return path === '' || path.startsWith('[') ? `${name}${path}` : `${name}.${path}`;
}

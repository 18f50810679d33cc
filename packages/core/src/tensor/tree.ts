/** Tensors in arrays and plain objects: what `record` returns, what `grad` differentiates, what a cell carries. */
import { DataTypeError, ValueError } from '../errors.js';
import { Tensor } from './tensor.js';

/** A tensor, a primitive, or arrays and plain objects of them. */
export type TensorTree =
  | Tensor
  | number
  | string
  | boolean
  | bigint
  | null
  | undefined
  | readonly TensorTree[]
  | { readonly [key: string]: TensorTree };

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

/**
 * Refuses anything that is not a {@link TensorTree}, since tensors hidden in it would silently be released.
 *
 * Errors: `ValueError` naming the path; a promise is refused with a sentence of its own.
 */
export function checkTree(op: string, value: unknown, path = 'the result'): asserts value is TensorTree {
  if (typeof value === 'function' || typeof value === 'symbol') throw unfit(op, path, `a ${typeof value}`);
  if (typeof value !== 'object' || value === null || value instanceof Tensor) return;
  checkSynchronous(op, value, path);
  if (Array.isArray(value)) {
    value.forEach((part, i) => {
      checkTree(op, part, `${path}[${i}]`);
    });
    return;
  }
  if (!isPlainObject(value)) throw unfit(op, path, `an instance of ${value.constructor?.name ?? 'a class'}`);
  for (const [key, part] of Object.entries(value)) checkTree(op, part, `${path}.${key}`);
}

/** Refuses a promise. Errors: `ValueError`. */
export function checkSynchronous(op: string, value: unknown, path = 'the result'): void {
  if (typeof value !== 'object' || value === null || !('then' in value) || typeof value.then !== 'function') return;
  throw new ValueError({
    op,
    what: `${path} is a promise`,
    rule: 'a computation is synchronous, since what it computes belongs to one recording',
    mend: 'Await the data first, then compute without async',
  });
}

function unfit(op: string, path: string, kind: string): ValueError {
  return new ValueError({
    op,
    what: `${path} is ${kind}`,
    rule: 'it must be made of tensors, primitives, arrays and plain objects: a tensor in anything else is not found',
    mend: 'Put its tensors into a plain object',
  });
}

/** Refuses anything but a tensor, as an object that a tensor is in. Errors: `DataTypeError`. */
export function checkTensor(op: string, name: string, value: unknown): asserts value is Tensor {
  if (value instanceof Tensor) return;
  const inside = typeof value === 'object' && value !== null ? Object.keys(value).join(', ') : '';
  throw new DataTypeError({
    op,
    what: `${name} is ${inside === '' ? String(value) : `an object of ${inside}`}`,
    rule: 'it must be a tensor',
    mend: inside === '' ? 'Compute it with operations on tensors' : 'Use the tensor in it',
  });
}

/** Visits each tensor of a checked tree. */
export function forEachTensor(tree: TensorTree, visit: (t: Tensor) => void): void {
  if (tree instanceof Tensor) visit(tree);
  else if (Array.isArray(tree)) for (const part of tree as readonly TensorTree[]) forEachTensor(part, visit);
  else if (typeof tree === 'object' && tree !== null) {
    for (const part of Object.values(tree as { readonly [key: string]: TensorTree })) forEachTensor(part, visit);
  }
}

/** The same structure with each tensor replaced. */
export function mapTensors<T extends TensorTree>(tree: T, replace: (t: Tensor, path: string) => Tensor): T {
  const visit = (part: TensorTree, path: string): TensorTree => {
    if (part instanceof Tensor) return replace(part, path);
    if (Array.isArray(part)) return part.map((inner: TensorTree, i) => visit(inner, `${path}[${i}]`));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(
      Object.entries(part as { readonly [key: string]: TensorTree }).map(([key, inner]) => [
        key,
        visit(inner, path === '' ? key : `${path}.${key}`),
      ]),
    );
  };
  return visit(tree, '') as T;
}

/** Sums of products in NumPy's notation, lowered to views, one product and sums. */
import type { TensorLike } from '../tensor/create.js';
import { type Shape, sameShape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';
import { type Labelled, readEquation } from './equation.js';
import { matmul } from './matmul.js';
import { promoteFloat } from './promote.js';
import { slice } from './slices.js';
import { sum } from './sum.js';
import { permute, reshape, squeeze } from './views.js';

/**
 * Sums of products, one for each entry of the output: `einsum('ij,jk->ik', a, b)` is the matrix product. Each axis has a
 * letter. Axes of the operands that share one run together, and those that the output does not name are summed.
 *
 * Without `->` the output has the letters that occur once, in the order of the alphabet, capitals first. `...` stands for
 * any further axes, which broadcast. A letter that a term repeats means the diagonal.
 *
 * Shapes: as the equation says; an axis of size 1 also goes with a larger one.
 * Numerics: as `matmul` where something is summed that both operands have and one has more, else as `mul` and `sum`.
 * Errors: `ValueError` for an equation that is none; `ShapeError` where it does not suit the operands; `DataTypeError`.
 *
 * @example
 * ```ts
 * import { einsum, tensor } from '@unroll/core';
 * const a = tensor([[1, 2], [3, 4]]);
 * const x = tensor([1, 10]);
 * einsum('ij,j->i', a, x).toArray(); // [21, 43]
 * einsum('i,j->ij', x, x).toArray(); // [[1, 10], [10, 100]]
 * einsum('ii', a).item(); // 5
 * ```
 */
export function einsum(equation: string, a: TensorLike, b?: TensorLike): Tensor {
  const [first, second] = promoteFloat('einsum', b === undefined ? [a] : [a, b], ['a', 'b']) as [Tensor, Tensor?];
  const { operands, sizes, wanted } = readEquation(
    equation,
    second === undefined ? { a: first } : { a: first, b: second },
  );
  const [left, right] = operands.map((operand) => withoutStretched(diagonal(operand), sizes)) as [Labelled, Labelled?];
  if (right === undefined) return inOrder(summed(left, wanted), wanted);
  const [own, other] = [summed(left, [...wanted, ...right.labels]), summed(right, [...wanted, ...left.labels])];
  return inOrder(product(own, other, wanted), wanted);
}

/** Each label once: of axes that share one, their diagonal. */
function diagonal({ t, labels }: Labelled): Labelled {
  const second = labels.findIndex((label, axis) => labels.indexOf(label) !== axis);
  if (second < 0) return { t, labels };
  const label = labels[second] as string;
  const first = labels.indexOf(label);
  const n = t.shape[first] as number;
  const rest = labels.flatMap((_, axis) => (axis === first || axis === second ? [] : [axis]));
  const pairs = permute(t, [first, second, ...rest]);
  // In row-major order the entries (i, i) stand n + 1 apart.
  const entries = slice(reshape(pairs, [n * n, ...pairs.shape.slice(2)]), 0, 0, n * n, n + 1);
  return diagonal({ t: entries, labels: [label, ...rest.map((axis) => labels[axis] as string)] });
}

/** Without the axes of size 1 whose label runs further elsewhere: the product repeats them. */
function withoutStretched({ t, labels }: Labelled, sizes: ReadonlyMap<string, number>): Labelled {
  const isStretched = (label: string, axis: number): boolean => t.shape[axis] !== sizes.get(label);
  const stretched = labels.flatMap((label, axis) => (isStretched(label, axis) ? [axis] : []));
  if (stretched.length === 0) return { t, labels };
  return { t: squeeze(t, stretched), labels: labels.filter((_, axis) => !stretched.includes(axis)) };
}

/** Summed over the axes whose labels are not in `needed`. */
function summed({ t, labels }: Labelled, needed: readonly string[]): Labelled {
  const axes = labels.flatMap((label, axis) => (needed.includes(label) ? [] : [axis]));
  return axes.length === 0 ? { t, labels } : { t: sum(t, axes), labels: labels.filter((l) => needed.includes(l)) };
}

/** The product of two operands that have nothing but what is wanted or shared. */
function product(a: Labelled, b: Labelled, wanted: readonly string[]): Labelled {
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => wanted.includes(label));
  const inner = shared.filter((label) => !wanted.includes(label));
  const rows = a.labels.filter((label) => !shared.includes(label));
  const cols = b.labels.filter((label) => !shared.includes(label));
  if (inner.length === 0 || rows.length + cols.length === 0) {
    // Where nothing is summed, or only to single numbers, matrix products would be tiny ones in great number.
    const labels = [...wanted, ...inner];
    const each = labels.map((label) => [label]);
    return summed({ t: mul(grouped(a, each), grouped(b, each)), labels }, wanted);
  }
  const each = batch.map((label) => [label]);
  const matrices = matmul(grouped(a, [...each, rows, inner]), grouped(b, [...each, inner, cols]));
  const shape = [...shapeOf(a, batch), ...shapeOf(a, rows), ...shapeOf(b, cols)];
  return { t: reshaped(matrices, shape), labels: [...batch, ...rows, ...cols] };
}

const shapeOf = ({ t, labels }: Labelled, some: readonly string[]): number[] =>
  some.map((label) => t.shape[labels.indexOf(label)] as number);

/** One axis for each group of labels, of size 1 where the operand has none of them. */
function grouped(operand: Labelled, groups: readonly (readonly string[])[]): Tensor {
  const own = groups.map((group) => group.filter((label) => operand.labels.includes(label)));
  const shape = own.map((group) => sizeOf(shapeOf(operand, group)));
  return reshaped(inOrder(operand, own.flat()), shape);
}

/** Permuted so that the axes stand in the order of `order`, which has all labels. */
function inOrder({ t, labels }: Labelled, order: readonly string[]): Tensor {
  if (order.every((label, axis) => label === labels[axis])) return t;
  return permute(
    t,
    order.map((label) => labels.indexOf(label)),
  );
}

/** A shape that is there already needs no copy of a tensor that was permuted. */
function reshaped(t: Tensor, shape: Shape): Tensor {
  return sameShape(t.shape, shape) ? t : reshape(t, shape);
}

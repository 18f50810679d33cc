/** A state that is handed over: to a cell of the same structure, or as one vector. */
import {
  concat,
  forEachTensor,
  formatShape,
  mapTensors,
  reshape,
  ShapeError,
  type Tensor,
  type TensorTree,
} from '@unroll/core';

/** `h [2, 5], c [2, 5]`. */
function describe(state: TensorTree): string {
  const parts: string[] = [];
  mapTensors(state, (t, path) => {
    parts.push(path === '' ? formatShape(t.shape) : `${path} ${formatShape(t.shape)}`);
    return t;
  });
  return parts.length > 0 ? parts.join(', ') : 'empty';
}

/** Refuses a state of another structure, or of other shapes, than the one it takes the place of. Errors: `ShapeError`. */
export function checkStateFits(op: string, given: TensorTree, wanted: TensorTree): void {
  const [is, must] = [describe(given), describe(wanted)];
  if (is === must) return;
  throw new ShapeError({
    op,
    what: 'the state to begin with does not fit the cell',
    rule: `it is ${is}; the cell's own is ${must}`,
    mend: "Pass a Bridge, which makes one of the other, or begin with the cell's own",
  });
}

/**
 * All numbers of a state side by side, but for those of indices.
 *
 * Shapes: tensors `[N, …]` → `[N, size]`.
 * Errors: `ShapeError` when there are not `size` of them for each sequence.
 */
export function stateVector(op: string, state: TensorTree, size: number, option: string): Tensor {
  const parts: Tensor[] = [];
  forEachTensor(state, (t) => {
    if (t.dtype !== 'int32') parts.push(reshape(t, [t.shape[0] as number, -1]));
  });
  const width = parts.reduce((total, part) => total + (part.shape[1] as number), 0);
  if (width === size) return concat(parts, 1);
  throw new ShapeError({
    op,
    what: `the final state has ${width} numbers for each sequence`,
    rule: `it is ${describe(state)}; ${option} is ${size}`,
    mend: `Correct ${option}`,
  });
}

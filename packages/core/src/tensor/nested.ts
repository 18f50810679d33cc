/** Nested JavaScript arrays to flat data and back. */
import { ShapeError, ValueError } from '../errors.js';
import type { Shape } from './shape.js';
import type { TensorData } from './storage.js';

/** A number, or arrays of equal length nested to any depth. */
export type NestedNumbers = number | readonly NestedNumbers[];

/**
 * The shape of nested arrays.
 *
 * Errors: `ShapeError` where arrays beside each other differ in length; `ValueError` for an entry that is no number.
 */
export function nestedShape(op: string, values: NestedNumbers): number[] {
  const shape: number[] = [];
  for (let level: unknown = values; Array.isArray(level); level = (level as readonly unknown[])[0])
    shape.push(level.length);
  checkNested(op, values, shape, 0);
  return shape;
}

function checkNested(op: string, values: NestedNumbers | undefined, shape: Shape, axis: number): void {
  if (axis === shape.length) {
    if (typeof values === 'number') return;
    throw new ValueError({
      op,
      what: Array.isArray(values) ? 'arrays are nested to different depths' : `an entry is ${describe(values)}`,
      rule: 'entries are numbers, all at the same depth',
      mend: 'Correct the entry',
    });
  }
  if (!Array.isArray(values)) {
    throw new ValueError({
      op,
      what: `${describe(values)} stands beside an array`,
      rule: 'arrays are nested to the same depth everywhere',
      mend: 'Put it into an array too',
    });
  }
  if (values.length === shape[axis]) {
    for (const part of values) checkNested(op, part, shape, axis + 1);
    return;
  }
  throw new ShapeError({
    op,
    what: 'arrays beside each other differ in length',
    rule: `along axis ${axis} the first has ${shape[axis]} entries, another has ${values.length}`,
    mend: 'Pad them to one length (padSequences in @unroll/data)',
  });
}

const describe = (entry: unknown): string => (typeof entry === 'string' ? `'${entry}'` : String(entry));

/** Writes nested arrays of a checked shape into flat data. */
export function flatten(values: NestedNumbers, out: TensorData): void {
  let at = 0;
  const visit = (part: NestedNumbers): void => {
    if (typeof part === 'number') out[at++] = part;
    else for (const inner of part) visit(inner);
  };
  visit(values);
}

/** Flat data as nested arrays. */
export function nest(data: TensorData, shape: Shape): NestedNumbers {
  let at = 0;
  const visit = (axis: number): NestedNumbers => {
    if (axis === shape.length) return data[at++] as number;
    return Array.from({ length: shape[axis] as number }, () => visit(axis + 1));
  };
  return visit(0);
}

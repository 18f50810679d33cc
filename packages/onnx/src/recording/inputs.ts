/** The inputs of a program: their names, and which of their sizes stay open. */
import { mapTensors, ShapeError, type Tensor, type TensorTree, ValueError } from '@unroll/core';

/** For each axis of an input the name of its size, where that stays open, or null. */
export type AxisNames = readonly (string | null)[];

/** One tensor that the program is given. */
export interface ModelInput {
  readonly name: string;
  readonly example: Tensor;
  readonly axes: AxisNames;
}

/** The name of a tensor by its path: a single one is called `single`. */
export function nameAt(path: string, single: 'input' | 'output'): string {
  return path === '' || path.startsWith('[') ? `${single}${path}` : path;
}

/** What an output is called that has the name of an input, as the parts of a state have. */
export const nextName = (name: string): string => `next.${name}`;

/** Names for outputs, by their paths, of which no two are the same and none is that of an input. */
export function outputNames(inputs: readonly ModelInput[]): (path: string) => string {
  const taken = new Set(inputs.map(({ name }) => name));
  return (path) => {
    let name = nameAt(path, 'output');
    while (taken.has(name)) name = nextName(name);
    taken.add(name);
    return name;
  };
}

/** The library's layouts: `[N, T, …]`, ids and masks `[N, T]`, and everything else with the batch on axis 0. */
export function usualAxes(name: string, { shape, dtype }: Tensor): AxisNames {
  const isSequence = shape.length >= (dtype === 'int32' || isMaskName(name) ? 2 : 3);
  return shape.map((_, axis) => (axis === 0 ? 'N' : axis === 1 && isSequence ? 'T' : null));
}

/** Whether an input says how long sequences are. */
export const isLengthsName = (name: string): boolean => /lengths$/i.test(name);

/** Whether an input says which steps are real. */
export const isMaskName = (name: string): boolean => /mask$/i.test(name);

/** Errors: `ValueError` for axes that no input has, two inputs of one path, or none; `ShapeError` where sizes of one name differ. */
export function readInputs(example: TensorTree, axes: Readonly<Record<string, AxisNames>>): ModelInput[] {
  const inputs: ModelInput[] = [];
  mapTensors(example, (t, path) => {
    const name = nameAt(path, 'input');
    inputs.push({ name, example: t, axes: axes[name] ?? usualAxes(name, t) });
    return t;
  });
  checkNames(inputs, Object.keys(axes));
  const known = new Map<string, { readonly input: ModelInput; readonly size: number }>();
  for (const input of inputs) {
    checkAxes(input);
    for (const [axis, name] of input.axes.entries()) {
      if (name === null) continue;
      const size = input.example.shape[axis] as number;
      const before = known.get(name);
      if (before !== undefined && before.size !== size) throw twoSizes(name, before.input, input);
      known.set(name, { input, size });
    }
  }
  return inputs;
}

function checkNames(inputs: readonly ModelInput[], named: readonly string[]): void {
  const names = inputs.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw twoInputs(twice);
  const unknown = named.find((name) => !names.includes(name));
  if (unknown === undefined && inputs.length > 0) return;
  throw new ValueError({
    op: 'exportOnnx',
    what: unknown === undefined ? 'the example holds no tensor' : `axes names '${unknown}', which is no input`,
    rule: unknown === undefined ? 'its tensors are the inputs of the file' : `the inputs are ${names.join(', ')}`,
    mend: unknown === undefined ? 'Pass what the model is called with' : 'Correct the name',
  });
}

function twoInputs(name: string): ValueError {
  return new ValueError({
    op: 'exportOnnx',
    what: `two inputs have the path '${name}'`,
    rule: 'paths are the names of the inputs in the file',
    mend: 'Leave dots and brackets out of the keys of the example',
  });
}

function checkAxes({ name, example, axes }: ModelInput): void {
  const fits = Array.isArray(axes) && axes.length === example.rank;
  if (fits && axes.every((axis) => axis === null || /^[A-Za-z_][A-Za-z0-9_]*$/.test(String(axis)))) return;
  throw new ValueError({
    op: 'exportOnnx',
    what: `the axes of ${name} are ${Array.isArray(axes) ? `[${axes.join(', ')}]` : String(axes)}`,
    arrays: { [name]: example },
    rule: 'each axis has a name of letters and digits, or null where its size is fixed',
    mend: "Write them like ['N', 'T', null]",
  });
}

function twoSizes(symbol: string, one: ModelInput, other: ModelInput): ShapeError {
  return new ShapeError({
    op: 'exportOnnx',
    what: `${symbol} has two sizes`,
    arrays: { [one.name]: one.example, [other.name]: other.example },
    rule: 'axes of one name have one size; unless axes says otherwise, the first is N, and of sequences the second T',
    mend: `Name them apart: { axes: { '${other.name}': […] } }, or pass an example that agrees`,
  });
}

/** State as plain data, on its way to a checkpoint and back: nothing is changed unless all of it fits. */
import { formatShape, type Parameter, Tensor, tensor, ValueError, type Variable } from '@unroll/core';

/** The state of an optimizer or of an average as plain data: tensors and numbers by name. */
export type OptimizerState = { readonly [name: string]: Tensor | number };

/** An entry of a dictionary that is a variable beside a parameter. */
interface VariableSlot {
  readonly path: string;
  readonly variable: Variable;
  readonly parameter: Parameter;
}

/** An entry that is a number, what may take its place, and how. */
interface NumberSlot {
  readonly path: string;
  readonly value: number;
  /** `a finite number`. */
  readonly range: string;
  fits(next: number): boolean;
  replace(next: number): void;
}

/** An entry of a dictionary, and where it belongs. */
export type Slot = VariableSlot | NumberSlot;

/** A copy on the ordinary heap, which later writes do not reach. */
export const copyOf = (t: Tensor): Tensor => tensor(t.data, { shape: t.shape });

/** A copy of what the slots hold, which later updates do not reach. */
export function copyState(slots: readonly Slot[]): OptimizerState {
  return Object.fromEntries(
    slots.map((slot) => [slot.path, 'variable' in slot ? copyOf(slot.variable) : slot.value] as const),
  );
}

/** Writes a dictionary into the slots. Errors: see `Optimizer.loadStateDict`. */
export function loadState(op: string, slots: readonly Slot[], dictionary: OptimizerState): void {
  const known = new Set(slots.map(({ path }) => path));
  const missing = [...known].filter((path) => dictionary[path] === undefined);
  const unexpected = Object.keys(dictionary).filter((path) => !known.has(path));
  const misfit: string[] = [];
  const writes: (() => void)[] = [];
  for (const slot of slots) {
    const next = dictionary[slot.path];
    if (next === undefined) continue;
    if ('variable' in slot) {
      const problem = misfitOf(slot.variable, next);
      if (problem !== null) misfit.push(`${slot.path} ${problem} (parameter '${slot.parameter.name}')`);
      else {
        const copy = copyOf(next as Tensor);
        writes.push(() => slot.variable.assign(copy));
      }
    } else if (typeof next === 'number' && slot.fits(next)) writes.push(() => slot.replace(next));
    else misfit.push(`${slot.path} is ${typeof next === 'number' ? next : 'a tensor'}, not ${slot.range}`);
  }
  const lists = Object.entries({ missing, unexpected, misfit }).filter(([, names]) => names.length > 0);
  if (lists.length > 0) {
    throw new ValueError({
      op,
      what: 'the dictionary does not fit',
      rule: lists.map(([kind, names]) => `${kind}: ${names.join(', ')}`).join('; '),
      mend: 'Load it into what was built with the same parameters and options; nothing was changed',
    });
  }
  for (const write of writes) write();
}

/** Why `next` cannot take the place of `present`; null when it can. */
function misfitOf(present: Variable, next: Tensor | number): string | null {
  if (!(next instanceof Tensor)) return 'is not a tensor';
  const [own, given] = [formatShape(present.shape), formatShape(next.shape)];
  if (own !== given) return `is ${given}, not ${own}`;
  return present.dtype === next.dtype ? null : `is ${next.dtype}, not ${present.dtype}`;
}

/** What an equation of `einsum` says about its operands. */
import { ShapeError, ValueError } from '../errors.js';
import type { Tensor } from '../tensor/tensor.js';

/** A tensor whose axes have labels: letters, and `…2`, `…1` for what an ellipsis covers, the last being `…1`. */
export interface Labelled {
  readonly t: Tensor;
  readonly labels: readonly string[];
}

/** An equation, applied to operands that suit it. */
export interface Reading {
  readonly operands: readonly Labelled[];
  /** How far each label runs. */
  readonly sizes: ReadonlyMap<string, number>;
  /** The labels of the output, in its order. */
  readonly wanted: readonly string[];
}

/** The operands by name. */
type Operands = Readonly<Record<string, Tensor>>;

/** Errors: `ValueError` for an equation that is none, `ShapeError` for operands that do not suit it. */
export function readEquation(equation: string, arrays: Operands): Reading {
  const named = Object.entries(arrays);
  const { terms, output } = parse(equation, named.length);
  const operands = named.map(([name, t], i) => labelled(name, t, terms[i] as string));
  const sizes = sizesOf(operands, arrays);
  const wanted = output === null ? impliedLabels(operands) : outputLabels(output, operands, arrays);
  return { operands, sizes, wanted };
}

const TERM = /^[A-Za-z]*(\.\.\.[A-Za-z]*)?$/;

/** `1 axis`, `2 axes`. */
const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

function parse(equation: string, operands: number): { terms: string[]; output: string | null } {
  const isText = typeof equation === 'string';
  const [inputs = '', output = null, ...more] = isText ? equation.replaceAll(' ', '').split('->') : [];
  const terms = inputs.split(',');
  if (!isText || more.length > 0 || ![...terms, output ?? ''].every((term) => TERM.test(term))) {
    throw new ValueError({
      op: 'einsum',
      what: `'${String(equation)}' is not an equation`,
      rule: "a term has a letter for each axis and may have '...' once; terms stand between commas, that of the output after '->'",
      mend: "Write it like 'ij,jk->ik'",
    });
  }
  if (terms.length === operands) return { terms, output };
  throw new ValueError({
    op: 'einsum',
    what: `'${equation}' has ${counted(terms.length, 'term', 'terms')} for ${counted(operands, 'operand', 'operands')}`,
    rule: 'there is a term for each operand, and one or two of them',
    mend: 'Multiply more than two in turn',
  });
}

/** Labels for `count` axes under an ellipsis. */
const hiddenLabels = (count: number): string[] => Array.from({ length: count }, (_, i) => `…${count - i}`);
const isHidden = (label: string): boolean => label.startsWith('…');

function labelled(name: string, t: Tensor, term: string): Labelled {
  const [before = '', after = null] = term.split('...');
  const letters = before.length + (after ?? '').length;
  if (after === null ? letters === t.rank : letters <= t.rank) {
    return { t, labels: [...before, ...hiddenLabels(t.rank - letters), ...(after ?? '')] };
  }
  throw new ShapeError({
    op: 'einsum',
    what: `the term '${term}' names ${counted(letters, 'axis', 'axes')}`,
    arrays: { [name]: t },
    rule: `it must name the ${t.rank} that ${name} has`,
    mend: "Correct the equation; '...' stands for any number of axes",
  });
}

function sizesOf(operands: readonly Labelled[], arrays: Operands): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { t, labels } of operands) {
    for (const [axis, label] of labels.entries()) {
      const own = t.shape[axis] as number;
      const before = t.shape[labels.indexOf(label)] as number;
      if (own !== before) throw mismatch(label, before, own, arrays, 'a letter twice in one term is a diagonal');
      const known = sizes.get(label) ?? 1;
      if (own !== 1 && known !== 1 && own !== known) {
        throw mismatch(label, known, own, arrays, 'axes of one label are equal, or one operand has size 1 there');
      }
      sizes.set(label, known === 1 ? own : known);
    }
  }
  return sizes;
}

function mismatch(label: string, one: number, other: number, arrays: Operands, rule: string): ShapeError {
  return new ShapeError({
    op: 'einsum',
    what: isHidden(label)
      ? `axes of sizes ${one} and ${other} meet under '...'`
      : `'${label}' stands for sizes ${one} and ${other}`,
    arrays,
    rule,
    mend: 'Correct the equation, or reshape an operand',
  });
}

function hiddenIn(operands: readonly Labelled[]): string[] {
  return hiddenLabels(Math.max(...operands.map(({ labels }) => labels.filter(isHidden).length)));
}

/** Letters that occur once; what an ellipsis covers stands before them. */
function impliedLabels(operands: readonly Labelled[]): string[] {
  const all = operands.flatMap(({ labels }) => labels);
  const once = all.filter((label) => !isHidden(label) && all.indexOf(label) === all.lastIndexOf(label));
  return [...hiddenIn(operands), ...once.sort()];
}

function outputLabels(output: string, operands: readonly Labelled[], arrays: Operands): string[] {
  const hidden = hiddenIn(operands);
  const [before = '', after = null] = output.split('...');
  const letters = [...before, ...(after ?? '')];
  const unknown = letters.find((label) => !operands.some(({ labels }) => labels.includes(label)));
  const twice = letters.find((label, i) => letters.indexOf(label) !== i);
  if (unknown !== undefined || twice !== undefined) {
    throw new ValueError({
      op: 'einsum',
      what: unknown === undefined ? `the output names '${twice}' twice` : `the output's '${unknown}' is in no operand`,
      rule: 'the output names letters of the operands, each once',
      mend: 'Correct the equation',
    });
  }
  if (after === null && hidden.length > 0) {
    throw new ShapeError({
      op: 'einsum',
      what: `the output has no place for ${counted(hidden.length, 'axis', 'axes')} under '...'`,
      arrays,
      rule: 'only axes with a letter are summed',
      mend: "Add '...' to the output, or give them letters",
    });
  }
  return [...before, ...(after === null ? [] : hidden), ...(after ?? '')];
}

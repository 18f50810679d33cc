/** Random equations against one loop over all labels, and what is said about equations that are none. */
import '@unroll/kernels/reference';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { einsum, matmul, ones, scratch, sum, type Tensor, tensor, transpose, zeros } from '../index.js';
import { draw, entry, indices, laid, order, RUNS, seed } from '../laws.fixture.js';
import { gradcheck } from '../testing/gradcheck.js';

/** An operand's labels, and which of its axes have size 1 although others have more. */
interface Term {
  readonly labels: readonly string[];
  readonly narrow: readonly boolean[];
}

const LABELS = ['a', 'b', 'c', 'd', 'Z'];
const term: fc.Arbitrary<Term> = fc.record({
  labels: fc.array(fc.constantFrom(...LABELS), { maxLength: 4 }),
  narrow: fc.array(
    fc.nat(5).map((n) => n === 0),
    { minLength: 4, maxLength: 4 },
  ),
});

/** The shape of an operand, whose repeated labels have one size. */
function shapeOfTerm({ labels, narrow }: Term, sizes: ReadonlyMap<string, number>): number[] {
  return labels.map((label) => (narrow[labels.indexOf(label)] === true ? 1 : (sizes.get(label) as number)));
}

/** The definition: for each setting of all labels, the product of the entries there, added to the output's. */
function loop(terms: readonly Term[], output: readonly string[], operands: readonly Tensor[]): Map<string, number> {
  const runs = new Map<string, number>();
  for (const [i, { labels }] of terms.entries())
    for (const [axis, label] of labels.entries())
      runs.set(label, operandSize(runs.get(label), (operands[i] as Tensor).shape[axis] as number));
  const all = [...runs.keys()];
  const totals = new Map<string, number>();
  for (const index of indices(output.map((label) => runs.get(label) as number))) totals.set(index.join(), 0);
  for (const index of indices([...runs.values()])) {
    const at = (label: string): number => index[all.indexOf(label)] as number;
    const product = operands.reduce((value, t, i) => value * entry(t, (terms[i] as Term).labels.map(at)), 1);
    const place = output.map(at).join();
    totals.set(place, (totals.get(place) as number) + product);
  }
  return totals;
}

const operandSize = (known: number | undefined, own: number): number =>
  known === undefined || known === 1 ? own : known;

/** Labels that occur once, as NumPy sorts them. */
function implied(terms: readonly Term[]): string[] {
  const all = terms.flatMap(({ labels }) => labels);
  return all.filter((label) => all.filter((other) => other === label).length === 1).sort();
}

function expectLoop(out: Tensor, terms: readonly Term[], output: readonly string[], operands: readonly Tensor[]): void {
  const expected = [...loop(terms, output, operands).values()];
  expect(out.rank).toBe(output.length);
  expect(out.size).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(out.data[i]).toBeCloseTo(value, 11);
}

describe('random equations', () => {
  const sizesOf = fc.array(fc.constantFrom(0, 1, 2, 3, 3, 4), { minLength: 5, maxLength: 5 });
  const chosen = fc.shuffledSubarray(LABELS);

  test.each([1, 2])('with operands: %i', (count) => {
    fc.assert(
      fc.property(
        fc.array(term, { minLength: count, maxLength: count }),
        sizesOf,
        chosen,
        fc.boolean(),
        fc.tuple(order, order),
        seed,
        (terms, numbers, some, isImplied, hows, from) => {
          const sizes = new Map(LABELS.map((label, i) => [label, numbers[i] as number]));
          const operands = terms.map((one, i) => draw(shapeOfTerm(one, sizes), from + i));
          const known = some.filter((label) => terms.some(({ labels }) => labels.includes(label)));
          const output = isImplied ? implied(terms) : known;
          const left = terms.map(({ labels }) => labels.join('')).join(',');
          const equation = isImplied ? left : `${left} -> ${known.join('')}`;
          const out = scratch(() => {
            const [a, b] = operands.map((t, i) => laid(t, hows[i as 0 | 1]));
            return b === undefined ? einsum(equation, a as Tensor) : einsum(equation, a as Tensor, b);
          });
          expectLoop(out, terms, output, operands);
        },
      ),
      { ...RUNS, numRuns: 500 },
    );
  });

  test('with an ellipsis, which stands for labels of its own', () => {
    fc.assert(
      fc.property(
        fc.nat(2),
        fc.nat(2),
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        seed,
        (p, q, thin, from) => {
          const hidden = ['x', 'y'];
          const full = [2, 3];
          const part = (count: number, narrow: readonly boolean[]): number[] =>
            full.slice(2 - count).map((n, i) => (narrow[i] === true ? 1 : n));
          const [a, b] = [draw([...part(p, thin), 4], from), draw([4, ...part(q, thin.slice(2)), 2], from + 1)];
          const terms = [
            { labels: [...hidden.slice(2 - p), 'i'], narrow: [] },
            { labels: ['i', ...hidden.slice(2 - q), 'j'], narrow: [] },
          ];
          const covered = hidden.slice(2 - Math.max(p, q));
          expectLoop(einsum('...i,i...j->j...', a, b), terms, ['j', ...covered], [a, b]);
          expectLoop(einsum('...i,i...j', a, b), terms, [...covered, 'j'], [a, b]);
          expectLoop(einsum('...i->i...', a), [terms[0] as Term], ['i', ...hidden.slice(2 - p)], [a]);
        },
      ),
      RUNS,
    );
  });
});

test.each([
  ['ij,jk->ik', [2, 3], [3, 2]],
  ['bij,bkj->bik', [2, 2, 3], [2, 2, 3]],
  ['ij,ij->i', [2, 3], [2, 3]],
  ['iij,j->i', [2, 2, 3], [3]],
  ['i,j', [2], [3]],
  ['...i,ij->...', [2, 1, 3], [3, 2]],
  ['ij,jk->', [2, 3], [1, 2]],
])('gradients of both orders: %s', (equation, shapeA, shapeB) => {
  gradcheck((a, b) => einsum(equation, a, b), [draw(shapeA, 1), draw(shapeB, 2)]);
});

describe('lowering', () => {
  test('a matrix product has the bits of matmul, whichever operand is turned', () => {
    const [a, b] = [draw([5, 300], 1), draw([300, 7], 2)];
    const bits = [...matmul(a, b).data];
    expect([...einsum('ij,jk->ik', a, b).data]).toEqual(bits);
    expect([...einsum('ij,kj->ik', a, transpose(b)).data]).toEqual(bits);
    expect([...einsum('ji,jk->ki', transpose(a), b).data]).toEqual([...transpose(matmul(a, b)).data]);
  });

  test('a recorded transpose is a view of the numbers that are there', () => {
    const x = draw([2, 3], 1);
    expect(scratch(() => einsum('ij->ji', x).source?.name ?? '')).toBe('permute');
    expect(einsum('ij->ij', x)).toBe(x);
  });

  test('numbers and dtypes', () => {
    const x = tensor([1, 2, 3]);
    expect(einsum(',i->i', 2, x).toArray()).toEqual([2, 4, 6]);
    expect(einsum('i,i', x, x).item()).toBe(14);
    expect(einsum('i->', x).dtype).toBe('float32');
    expect(einsum('i,ij->j', zeros([0]), zeros([0, 2])).toArray()).toEqual([0, 0]);
    expect(einsum('i->', x).item()).toBe(sum(x).item());
  });
});

describe('refuses', () => {
  const [a, b] = [zeros([2, 3]), zeros([4, 5])];

  test.each(['ij.,jk', 'i-j', 'ij->k->l', '......,i', 'i1', 'ij,jk->...i...'])('%s', (equation) => {
    expect(() => einsum(equation, a, b)).toThrow(`einsum: '${equation}' is not an equation`);
  });

  test('equations that are none', () => {
    expect(() => einsum('i?', a)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: einsum: 'i?' is not an equation; a term has a letter for each axis and may have '...' once; terms stand between commas, that of the output after '->'. Write it like 'ij,jk->ik'.]`,
    );
    expect(() => einsum(undefined as unknown as string, a)).toThrow("einsum: 'undefined' is not an equation");
    expect(() => einsum('ij', a, b)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: einsum: 'ij' has 1 term for 2 operands; there is a term for each operand, and one or two of them. Multiply more than two in turn.]`,
    );
    expect(() => einsum('ij,jk,kl->il', a, b)).toThrow("einsum: 'ij,jk,kl->il' has 3 terms for 2 operands");
    expect(() => einsum('ij,jk', a)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: einsum: 'ij,jk' has 2 terms for 1 operand; there is a term for each operand, and one or two of them. Multiply more than two in turn.]`,
    );
  });

  test('terms and sizes that do not suit', () => {
    expect(() => einsum('ijk->i', a)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: einsum: the term 'ijk' names 3 axes. a is [2, 3]; it must name the 2 that a has. Correct the equation; '...' stands for any number of axes.]`,
    );
    expect(() => einsum('ij,i', a, b)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: einsum: the term 'i' names 1 axis. b is [4, 5]; it must name the 2 that b has. Correct the equation; '...' stands for any number of axes.]`,
    );
    expect(() => einsum('i...jk', a)).toThrow("einsum: the term 'i...jk' names 3 axes");
    expect(() => einsum('ij,jk->ik', a, b)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: einsum: 'j' stands for sizes 3 and 4. a is [2, 3], b is [4, 5]; axes of one label are equal, or one operand has size 1 there. Correct the equation, or reshape an operand.]`,
    );
    expect(() => einsum('i...,j...', a, b)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: einsum: axes of sizes 3 and 5 meet under '...'. a is [2, 3], b is [4, 5]; axes of one label are equal, or one operand has size 1 there. Correct the equation, or reshape an operand.]`,
    );
    expect(() => einsum('ii->i', a)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: einsum: 'i' stands for sizes 2 and 3. a is [2, 3]; a letter twice in one term is a diagonal. Correct the equation, or reshape an operand.]`,
    );
    expect(() => einsum('ii', ones([1, 3]))).toThrow("einsum: 'i' stands for sizes 1 and 3");
  });

  test('outputs that cannot be', () => {
    expect(() => einsum('ij->ik', a)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: einsum: the output's 'k' is in no operand; the output names letters of the operands, each once. Correct the equation.]`,
    );
    expect(() => einsum('ij->ii', a)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: einsum: the output names 'i' twice; the output names letters of the operands, each once. Correct the equation.]`,
    );
    expect(() => einsum('i...->i', a)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: einsum: the output has no place for 1 axis under '...'. a is [2, 3]; only axes with a letter are summed. Add '...' to the output, or give them letters.]`,
    );
    expect(einsum('i...->i', zeros([2])).shape).toEqual([2]);
  });

  test('operands that are not computed with', () => {
    expect(() => einsum('i,i', tensor([1]), tensor([1], { dtype: 'float64' }))).toThrow(
      'einsum: a is float32, b is float64',
    );
    expect(() => einsum('i', tensor([1], { dtype: 'int32' }))).toThrow('einsum: a is int32');
  });
});

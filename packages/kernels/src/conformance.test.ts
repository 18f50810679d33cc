import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KernelTable } from './kernels.js';
import { reference } from './reference/index.js';
import { relaxed } from './relaxed/index.js';
import { conformanceCases, movementCases } from './testing/index.js';
import { checkProduct, packedProduct } from './testing/products.js';
import { inputLayouts, outputLayouts } from './testing/workspace.js';
import { movementTable, strict } from './wasm/strict.js';

const tables: [string, KernelTable][] = [
  ['strict', strict.float32],
  ['relaxed', relaxed.float32],
  ['reference float32', reference.float32],
  ['reference float64', reference.float64],
];

describe.each(tables)('%s', (_name, table) => {
  it.each([...conformanceCases(table)])('$name', ({ run }) => {
    expect(run).not.toThrow();
  });

  it('multiplies matrices of any size and layout', () => {
    const size = fc.integer({ min: 0, max: 40 });
    const product = fc.record({
      m: size,
      n: size,
      k: size,
      a: fc.constantFrom(...inputLayouts),
      b: fc.constantFrom(...inputLayouts),
      c: fc.constantFrom(...outputLayouts),
      accumulate: fc.constantFrom(0 as const, 1 as const),
    });
    fc.assert(
      fc.property(product, fc.nat(1000), (shape, seed) => {
        checkProduct(table, shape, seed);
        checkProduct(table, shape, seed, packedProduct(table));
      }),
    );
  });
});

describe('int32', () => {
  it.each([...movementCases(movementTable, 'int32')])('$name', ({ run }) => {
    expect(run).not.toThrow();
  });
});

describe('the suite finds', () => {
  const { float32 } = reference;
  const faults: [what: string, found: string, fault: Partial<KernelTable>][] = [
    [
      'a column stride that is ignored',
      'neg',
      { neg: (r, c, x, xr, _xc, ...out) => float32.neg(r, c, x, xr, 1, ...out) },
    ],
    ['a number too many', 'copy', { copy: (r, c, ...rest) => float32.copy(r, c > 2 ? c + 1 : c, ...rest) }],
    ['a number too few', 'sum', { sum: (r, c, ...rest) => float32.sum(r, c > 8 ? c - 1 : c, ...rest) }],
    [
      'swapped operands',
      'sub',
      { sub: (r, c, a, ar, ac, b, br, bc, ...out) => float32.sub(r, c, b, br, bc, a, ar, ac, ...out) },
    ],
    [
      'a C that is not added to',
      'gemm',
      { gemm: (m, n, k, a, ar, ac, b, br, bc, c, cr, cc) => float32.gemm(m, n, k, a, ar, ac, b, br, bc, c, cr, cc, 0) },
    ],
    [
      'a wrong correction',
      'adam',
      {
        adam: (n, p, g, m, v, lr, b1, b2, eps, c1, c2, ...decay) =>
          float32.adam(n, p, g, m, v, lr, b1, b2, eps, c2, c1, ...decay),
      },
    ],
    [
      'a decay that goes through the gradient',
      'adam, decoupled decay',
      {
        adam: (n, p, g, m, v, lr, b1, b2, eps, c1, c2, wd) =>
          float32.adam(n, p, g, m, v, lr, b1, b2, eps, c1, c2, wd, 0),
      },
    ],
    [
      'bits that depend on the layout',
      'exp, same bits',
      {
        exp: (r, c, x, xr, xc, out, or, oc) => {
          float32.exp(r, c, x, xr, xc, out, or, oc);
          if (xc !== 1) float32.scale(r, c, 1 + 2 ** -23, out, or, oc, out, or, oc);
        },
      },
    ],
    [
      'factors that are a step ahead',
      'linearRecurrence',
      {
        linearRecurrence: (r, c, a, ar, ac, ...rest) =>
          float32.linearRecurrence(r, c, c > 2 ? a + ac : a, ar, ac, ...rest),
      },
    ],
    ['a panel that is too long', 'gemmPacked', { packedSize: (n, k) => Math.max(n * k - 1, 0) }],
    [
      'an error of a few units in the last place',
      'exp',
      {
        exp: (r, c, x, xr, xc, out, or, oc) => {
          float32.exp(r, c, x, xr, xc, out, or, oc);
          float32.scale(r, c, 1 + 4e-7, out, or, oc, out, or, oc);
        },
      },
    ],
  ];

  it.each(faults)('%s', (_what, found, fault) => {
    const cases = conformanceCases({ ...float32, ...fault });
    expect(() => cases.find(({ name }) => name === found)?.run()).toThrow(/: (is|wrote) /);
  });
});

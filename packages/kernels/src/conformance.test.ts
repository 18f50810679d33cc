import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KernelTable } from './kernels.js';
import { movementTable } from './plain/movement.js';
import { plain } from './plain/table.js';
import { reference } from './reference/index.js';
import { conformanceCases, movementCases } from './testing/index.js';
import { checkProduct } from './testing/products.js';
import { inputLayouts, outputLayouts } from './testing/workspace.js';
import { strict } from './wasm/strict.js';

const tables: [string, KernelTable][] = [
  ['plain', plain],
  ['strict', strict.float32],
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
    fc.assert(fc.property(product, fc.nat(1000), (shape, seed) => checkProduct(table, shape, seed)));
  });
});

describe('int32', () => {
  it.each([...movementCases(movementTable, 'int32')])('$name', ({ run }) => {
    expect(run).not.toThrow();
  });
});

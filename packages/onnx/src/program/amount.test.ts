import { tensor } from '@unroll/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readInputs } from '../recording/inputs.js';
import { makeProbes } from '../recording/probes.js';
import { type Amount, evaluate, fitAmount, formatAmount, minus, plus, sameAmount, symbol, times } from './amount.js';

const [N, T, S] = [symbol('N'), symbol('T'), symbol('S')];

test('amounts are written as formulas', () => {
  expect(formatAmount(plus(times(N, times(T, 2)), 1))).toBe('2*N*T + 1');
  expect(formatAmount(minus(T, 1))).toBe('T - 1');
  expect(formatAmount(times(3, 4))).toBe('12');
  expect(minus(plus(N, T), N)).toEqual(T);
  expect(minus(N, N)).toBe(0);
  expect(sameAmount(times(N, T), times(T, N))).toBe(true);
  expect(sameAmount(N, T)).toBe(false);
});

/** The sizes of the recordings of an example with sizes n, t and s. */
function sizesOf(n: number, t: number, s: number) {
  const example = { x: tensor(new Float32Array(n * t * s), { shape: [n, t, s] }) };
  return makeProbes(example, readInputs(example, { x: ['N', 'T', 'S'] })).map((probe) => probe.sizes);
}

describe('a number that follows from the sizes of the recordings', () => {
  const size = fc.integer({ min: 1, max: 6 });
  const products: readonly Amount[] = [N, T, S, times(N, T), times(T, T), times(N, times(T, S))];
  const amounts = fc
    .tuple(fc.constantFrom(...products), fc.integer({ min: 1, max: 70 }), fc.integer({ min: -20, max: 20 }))
    .map(([product, factor, rest]) => plus(times(product, factor), rest));

  test('follows from others in the same way', () => {
    fc.assert(
      fc.property(amounts, size, size, size, (amount, n, t, s) => {
        const sizes = sizesOf(n, t, s);
        const found = fitAmount(
          sizes.map((own) => evaluate(amount, own)),
          sizes,
        );
        expect(found).not.toBeNull();
        expect(formatAmount(found ?? 0)).toBe(formatAmount(amount));
      }),
    );
  });

  test('may be a sum', () => {
    const sizes = sizesOf(2, 5, 3);
    for (const amount of [plus(T, S), plus(times(N, T), S), plus(plus(T, S), -1)]) {
      const found = fitAmount(
        sizes.map((own) => evaluate(amount, own)),
        sizes,
      );
      expect(formatAmount(found ?? 0)).toBe(formatAmount(amount));
    }
  });

  test('is nothing else', () => {
    const sizes = sizesOf(4, 4, 4);
    const numbers = (of: (n: number, t: number) => number): number[] =>
      sizes.map((own) => of(own.get('N') ?? 0, own.get('T') ?? 0));
    expect(
      fitAmount(
        numbers((_, t) => Math.ceil(t / 2)),
        sizes,
      ),
    ).toBeNull();
    expect(
      fitAmount(
        numbers((n, t) => Math.max(n, t)),
        sizes,
      ),
    ).toBeNull();
    expect(
      fitAmount(
        numbers((_, t) => 1 / t),
        sizes,
      ),
    ).toBeNull();
    expect(
      fitAmount(
        numbers((n) => 2 ** n),
        sizes,
      ),
    ).toBeNull();
  });
});

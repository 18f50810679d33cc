/** The same bits for the same seed, and that they look random. */
import { describe, expect, test } from 'vitest';
import { defaultRng, manualSeed, Rng, type RngState, randn } from './index.js';

const draws = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);
const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;

/** Pearson's χ² of counts that should be equal. */
function chiSquare(counts: readonly number[]): number {
  const expected = mean(counts);
  return counts.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, i) => (value - meanA) * ((b[i] as number) - meanB)));
  const variance = (values: readonly number[], center: number): number =>
    mean(values.map((value) => (value - center) ** 2));
  return covariance / Math.sqrt(variance(a, meanA) * variance(b, meanB));
}

describe('a seed gives these bits for ever', () => {
  test.each([0, 1, -1, 2 ** 40])('%s', (seed) => {
    const rng = new Rng(seed);
    expect({
      bits: draws(3, () => rng.bits()),
      uniform: draws(2, () => rng.uniform()),
      normal: draws(4, () => rng.normal()),
      integer: draws(4, () => rng.integer(1000)),
      permutation: [...rng.permutation(6)],
      split: rng.split().bits(),
    }).toMatchSnapshot();
  });

  test('the first of seed 7', () => {
    expect(new Rng(7).bits()).toMatchInlineSnapshot(`-116902497`);
    expect(new Rng(7).uniform()).toMatchInlineSnapshot(`0.2580170563034365`);
    expect(new Rng(7).normal()).toMatchInlineSnapshot(`-0.22163073136750927`);
  });
});

describe('state', () => {
  test('goes on where it was read, in the middle of a normal pair too', () => {
    const rng = new Rng(5);
    rng.normal();
    const state = JSON.parse(JSON.stringify(rng.state())) as RngState;
    expect(state.spareNormal).not.toBeNull();
    const next = draws(5, () => rng.normal());
    expect(Rng.fromState(state).normal()).toBe(next[0]);
    const again = new Rng(99);
    again.normal();
    again.restore(state);
    expect(draws(5, () => again.normal())).toEqual(next);
  });

  test('is a copy', () => {
    const rng = new Rng(5);
    const state = rng.state();
    const first = rng.bits();
    expect(Rng.fromState(state).bits()).toBe(first);
    expect(Rng.fromState(state).bits()).toBe(first);
  });

  test('that is none is refused, and changes nothing', () => {
    const rng = new Rng(5);
    const expected = new Rng(5).bits();
    const { words } = rng.state();
    for (const state of [
      {},
      { words: [1, 2, 3], spareNormal: null },
      { words: [0, 0, 0, 0], spareNormal: null },
      { words: [1, 2, 3, 0.5], spareNormal: null },
      { words: [1, 2, 3, 2 ** 40], spareNormal: null },
      { words },
      { words, spareNormal: Number.NaN },
    ]) {
      expect(() => rng.restore(state as unknown as RngState)).toThrow('is not the state of a generator');
    }
    expect(() => rng.restore({ words: [1, 2], spareNormal: null })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: Rng.restore: words is [1,2] and spareNormal is null, which is not the state of a generator; words are four 32-bit integers, not all 0, and spareNormal is a number or null. Pass what Rng.state() returned.]`,
    );
    expect(rng.bits()).toBe(expected);
  });
});

test('seeds and ranges that are none', () => {
  expect(() => new Rng(0.5)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Rng: the seed is 0.5; a seed is a whole number between −2⁵³ and 2⁵³. Pass such a number.]`,
  );
  expect(() => new Rng(2 ** 53)).toThrow('new Rng: the seed is 9007199254740992;');
  expect(() => new Rng(1).integer(0)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: Rng.integer: n is 0; n must be a whole number from 1 to 2³². Pass how many outcomes there are.]`,
  );
  expect(() => new Rng(1).integer(2 ** 32 + 1)).toThrow('Rng.integer: n is 4294967297;');
  expect(() => new Rng(1).permutation(-1)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: Rng.permutation: n is -1; it must be a whole number of at least 0. Correct n.]`,
  );
});

describe('distributions', () => {
  const N = 100_000;

  test('uniform: moments, range and χ² of 100 bins', () => {
    const rng = new Rng(11);
    const values = draws(N, () => rng.uniform());
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(4 / Math.sqrt(12 * N));
    expect(Math.abs(mean(values.map((u) => u * u)) - 1 / 3)).toBeLessThan(4 * Math.sqrt(4 / 45 / N));
    const counts = new Array<number>(100).fill(0);
    for (const u of values) {
      expect(u >= 0 && u < 1).toBe(true);
      counts[Math.floor(u * 100)] = (counts[Math.floor(u * 100)] as number) + 1;
    }
    // 99 degrees of freedom: 99.9 % stay below 148.2.
    expect(chiSquare(counts)).toBeLessThan(148.2);
  });

  test('normal: four moments', () => {
    const rng = new Rng(12);
    const values = draws(N, () => rng.normal());
    // The k-th power has variance E x²ᵏ − (E xᵏ)²: 1, 2, 15, 96.
    expect(Math.abs(mean(values))).toBeLessThan(4 * Math.sqrt(1 / N));
    expect(Math.abs(mean(values.map((x) => x ** 2)) - 1)).toBeLessThan(4 * Math.sqrt(2 / N));
    expect(Math.abs(mean(values.map((x) => x ** 3)))).toBeLessThan(4 * Math.sqrt(15 / N));
    expect(Math.abs(mean(values.map((x) => x ** 4)) - 3)).toBeLessThan(4 * Math.sqrt(96 / N));
  });

  test('the two of a normal pair are independent', () => {
    const rng = new Rng(13);
    const values = draws(N, () => rng.normal());
    expect(
      Math.abs(
        correlation(
          values.filter((_, i) => i % 2 === 0),
          values.filter((_, i) => i % 2 === 1),
        ),
      ),
    ).toBeLessThan(4 / Math.sqrt(N / 2));
  });

  test('integers are even, also where n is no power of two', () => {
    const rng = new Rng(14);
    const counts = new Array<number>(7).fill(0);
    for (const value of draws(N, () => rng.integer(7))) counts[value] = (counts[value] as number) + 1;
    // 6 degrees of freedom: 99.9 % stay below 22.5.
    expect(chiSquare(counts)).toBeLessThan(22.5);
    expect(counts.length).toBe(7);
    expect(rng.integer(1)).toBe(0);
    const large = draws(1000, () => rng.integer(2 ** 32));
    expect(Math.max(...large)).toBeGreaterThan(0.99 * 2 ** 32);
  });

  test('permutations hold every number once, and all orders are equally likely', () => {
    const rng = new Rng(15);
    expect([...rng.permutation(1000)].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect([...rng.permutation(0)]).toEqual([]);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = rng.permutation(4).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // 23 degrees of freedom: 99.9 % stay below 49.7.
    expect(chiSquare([...counts.values()])).toBeLessThan(49.7);
  });
});

describe('independence', () => {
  const N = 20_000;
  const uniforms = (rng: Rng): number[] => draws(N, () => rng.uniform());
  const bound = 4 / Math.sqrt(N);

  test('of a split from its origin and from further splits', () => {
    const rng = new Rng(21);
    const [a, b] = [rng.split(), rng.split()];
    const [first, second, origin] = [uniforms(a), uniforms(b), uniforms(rng)];
    for (const [x, y] of [
      [first, second],
      [first, origin],
      [second, origin],
    ] as const) {
      expect(Math.abs(correlation(x, y))).toBeLessThan(bound);
    }
  });

  test('of neighbouring seeds', () => {
    expect(Math.abs(correlation(uniforms(new Rng(1)), uniforms(new Rng(2))))).toBeLessThan(bound);
    expect(Math.abs(correlation(uniforms(new Rng(1)), uniforms(new Rng(1 + 2 ** 32))))).toBeLessThan(bound);
    const firsts = draws(
      N,
      (() => {
        let seed = 0;
        return () => new Rng(seed++).uniform();
      })(),
    );
    expect(Math.abs(mean(firsts) - 0.5)).toBeLessThan(4 / Math.sqrt(12 * N));
    expect(Math.abs(correlation(firsts.slice(1), firsts.slice(0, -1)))).toBeLessThan(bound);
  });
});

test('manualSeed starts the default generator anew', () => {
  manualSeed(3);
  const first = randn([3]).toArray();
  expect(randn([3]).toArray()).not.toEqual(first);
  manualSeed(3);
  expect(randn([3]).toArray()).toEqual(first);
  expect(first).toEqual(randn([3], { rng: new Rng(3) }).toArray());
  manualSeed(4);
  expect(defaultRng().bits()).toBe(new Rng(4).bits());
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { innerAxis, linearAxis, logAxis, tickFormat } from './axes.js';
import { spread } from './direct-labels.js';
import { runningMean } from './running-mean.js';
import { thinned } from './thinned.js';

const number = fc.oneof(
  fc.double({ min: -1e300, max: 1e300, noNaN: true }),
  fc.integer(),
  fc.double({ min: -1, max: 1, noNaN: true }),
);
const extent = fc.tuple(number, number).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);

test('a linear axis reaches around its values in few ticks of equal distance', () => {
  expect(linearAxis([1.3, 4.2], 6)).toEqual({ domain: [1, 4.5], ticks: [1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5] });
  expect(linearAxis([0, 0.3], 3).ticks).toEqual([0, 0.1, 0.2, 0.3]); // 3 · 0.1 is not 0.3
  expect(linearAxis([5, 5], 4).domain).toEqual([2, 8]);
  fc.assert(
    fc.property(extent, fc.integer({ min: 2, max: 10 }), (ends, count) => {
      const { domain, ticks } = linearAxis(ends, count);
      expect(domain[0]).toBeLessThanOrEqual(ends[0]);
      expect(domain[1]).toBeGreaterThanOrEqual(ends[1]);
      expect([ticks[0], ticks.at(-1)]).toEqual([...domain]);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(count + 3);
      expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
    }),
  );
});

test('the ticks of an inner axis lie between its ends', () => {
  expect(innerAxis([1, 50], 7)).toEqual({ domain: [1, 50], ticks: [10, 20, 30, 40, 50] });
  expect(innerAxis([3, 3], 7)).toEqual({ domain: [2, 4], ticks: [3] });
});

test('a logarithmic axis reaches around its values in powers of ten', () => {
  expect(logAxis([0.02, 900], 8)).toEqual({ domain: [0.01, 1000], ticks: [0.01, 0.1, 1, 10, 100, 1000] });
  expect(logAxis([1.7, 30], 8)).toEqual({ domain: [1, 50], ticks: [1, 2, 5, 10, 20, 50] });
  expect(logAxis([1e-16, 1], 8).ticks).toContain(1);
  expect(logAxis([1, 1], 8)).toEqual({ domain: [1, 2], ticks: [1, 2] });
  const positive = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      const { domain, ticks } = logAxis([Math.min(a, b), Math.max(a, b)], 8);
      expect(domain[0]).toBeLessThanOrEqual(Math.min(a, b));
      expect(domain[1]).toBeGreaterThanOrEqual(Math.max(a, b));
      expect(ticks.length).toBeGreaterThanOrEqual(1);
      expect(ticks.length).toBeLessThanOrEqual(13);
    }),
  );
});

test('how ticks are written', () => {
  const written = (ticks: number[]): string[] => ticks.map(tickFormat({ domain: [0, 1], ticks }));
  expect(written([0, 0.05, 20_000, -1_500_000.5])).toEqual(['0', '0.05', '20,000', '−1,500,000.5']);
  expect(written([1e-7, 2e-5, 0, 1, 0.01, 1.5e12, -1e7])).toEqual([
    '10⁻⁷',
    '2·10⁻⁵',
    '0',
    '1',
    '10⁻²',
    '1.5·10¹²',
    '−10⁷',
  ]);
});

test('names are moved apart, as little as needed and in their order', () => {
  expect(spread([10, 50, 90], 15, [0, 100])).toEqual([10, 50, 90]);
  expect(spread([50, 50, 52], 15, [0, 100])).toEqual([50, 65, 80]);
  expect(spread([95, 97], 15, [0, 100])).toEqual([85, 100]);
  const heights = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(heights, (unsorted) => {
      const sorted = [...unsorted].sort((a, b) => a - b);
      const moved = spread(sorted, 15, [0, 300]);
      moved.slice(1).forEach((height, i) => {
        expect(height - (moved[i] ?? 0)).toBeGreaterThanOrEqual(15);
      });
      expect(moved[0]).toBeGreaterThanOrEqual(0);
      expect(moved.at(-1)).toBeLessThanOrEqual(300);
    }),
  );
});

test('a running mean is the mean of a window, shorter at the ends and without gaps', () => {
  expect(runningMean([1, 2, 3, 4, 5], 3)).toEqual([1.5, 2, 3, 4, 4.5]);
  expect(runningMean([1, 2, 3, 4], 2)).toEqual([1.5, 2.5, 3.5, 4]);
  expect(runningMean([1, Number.NaN, 3], 3)).toEqual([1, Number.NaN, 3]);
  expect(runningMean([7, 8], 1)).toEqual([7, 8]);
});

test('thinned points keep the ends and extremes of every column, and the gaps', () => {
  const y = fc.array(
    fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: -50, max: 50 }) },
      { weight: 1, arbitrary: fc.constant(Number.NaN) },
    ),
    {
      minLength: 100,
      maxLength: 400,
    },
  );
  fc.assert(
    fc.property(y, (values) => {
      const [width, last] = [5, values.length - 1];
      const points = values.map((value, i) => ({ x: i, y: value }));
      const kept = thinned(points, [0, last], width);
      const gaps = values.filter((value, i) => Number.isNaN(value) && !Number.isNaN(values[i - 1])).length;
      expect(kept.length).toBeLessThanOrEqual(4 * (width + 1 + gaps) + gaps);
      for (let column = 0; column <= width; column++) {
        const within = ({ x, y }: { x: number; y: number }): boolean =>
          !Number.isNaN(y) && Math.floor((x / last) * width) === column;
        const [all, some] = [points.filter(within), kept.filter(within)];
        const ends = (list: typeof all): unknown => [
          list[0],
          list.at(-1),
          Math.min(...list.map((point) => point.y)),
          Math.max(...list.map((point) => point.y)),
        ];
        expect(ends(some)).toEqual(ends(all));
      }
      // A line is broken where it was.
      const gapBetween = (list: typeof points, from: number, to: number): boolean =>
        list.some(({ x, y }) => x > from && x < to && Number.isNaN(y));
      kept.slice(1).forEach((point, i) => {
        const before = kept[i]?.x ?? 0;
        if (gapBetween(points, before, point.x)) expect(Number.isNaN(point.y) || Number.isNaN(kept[i]?.y)).toBe(true);
      });
    }),
  );
});

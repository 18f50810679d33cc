import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';
import { nearestMean } from './nearest-mean.fixture.js';
import { expectFrequencies, expectMean } from './statistics.fixture.js';

const picturesOf = (seed: number, count: number, size?: number): { rows: number[][]; classes: number[] } => {
  const { x, y } = synthetic.digitBitmaps({ count, rng: new Rng(seed), ...(size === undefined ? {} : { size }) });
  return { rows: (x.toArray() as number[][][]).map((picture) => picture.flat()), classes: Array.from(y.data) };
};

/** How many white areas a picture has that ink closes in; a digit leaves one around itself. */
function holesOf(picture: readonly number[], size: number): number {
  const isPaper = Array.from({ length: size * size }, (_, i) => (picture[i] ?? 0) < 0.5);
  const flood = (start: number): number => {
    const open = [start];
    let area = 0;
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const [x, y] = [place % size, Math.floor(place / size)];
      if (!isPaper[place]) continue;
      isPaper[place] = false;
      area += 1;
      if (x > 0) open.push(place - 1);
      if (x < size - 1) open.push(place + 1);
      if (y > 0) open.push(place - size);
      if (y < size - 1) open.push(place + size);
    }
    return area;
  };
  for (let i = 0; i < size; i++)
    for (const edge of [i, i * size, i * size + size - 1, (size - 1) * size + i]) flood(edge);
  return isPaper.reduce((count, _, place) => count + (flood(place) >= 4 ? 1 : 0), 0); // smaller ones are between lines that touch
}

test('digits have the holes that they have', () => {
  const holes = [1, 0, 0, 0, 1, 0, 1, 0, 2, 1];
  const { rows, classes } = picturesOf(1, 1_000, 28);
  const right = rows.filter((row, n) => holesOf(row, 28) === holes[classes[n] ?? -1]);
  expect(right.length / rows.length).toBeGreaterThan(0.9); // lines that waver now and then close a gap
});

test('pictures are of paper and ink, all digits equally likely, none like another', () => {
  const { x, y } = synthetic.digitBitmaps({ count: 5_000, size: 10, rng: new Rng(2) });
  expect([x.shape, x.dtype, y.shape, y.dtype]).toEqual([[5_000, 10, 10], 'float32', [5_000], 'int32']);
  expect(x.data.every((ink) => ink >= 0 && ink <= 1)).toBe(true);
  expectFrequencies(Array.from(y.data), new Array<number>(10).fill(1 / 10));
  const pictures = (x.toArray() as number[][][]).map(String);
  expect(new Set(pictures).size).toBe(5_000);
});

test('digits stay within their pictures', () => {
  const { rows } = picturesOf(3, 1_000);
  const isEdge = (i: number): boolean => i % 14 === 0 || i % 14 === 13 || i < 14 || i >= 13 * 14;
  const onEdge = rows.map((row) => row.filter((ink, i) => isEdge(i) && ink > 0.6).length / 52);
  expect(onEdge.reduce((sum, share) => sum + share, 0) / rows.length).toBeLessThan(0.02);
});

test('nothing leans, and nothing lies to one side, on average', () => {
  const { rows } = picturesOf(4, 2_000);
  const middle = rows.map((row) => {
    const ink = row.reduce((sum, value) => sum + value, 0);
    return row.reduce((sum, value, i) => sum + value * ((i % 14) + 0.5), 0) / ink;
  });
  // Of ten digits some have more ink on their right: within half a pixel.
  expect(Math.abs(middle.reduce((sum, x) => sum + x, 0) / rows.length - 7)).toBeLessThan(0.5);
  expectMean(
    middle.map((x) => Number(x > 3 && x < 11)),
    1,
  );
});

test('the nearest mean picture is right in 68 % of the cases', () => {
  const reached = nearestMean(picturesOf(5, 2_000), picturesOf(6, 1_000));
  expect(Math.abs(reached - synthetic.DIGIT_BITMAPS_BASELINE)).toBeLessThan(0.03);
});

test('a sample', () => {
  const { x, y } = synthetic.digitBitmaps({ count: 1, size: 12, rng: new Rng(2) });
  const lines = (x.toArray() as number[][][])[0]?.map((row) =>
    row.map((ink) => ' .:-=+*#%@'[Math.floor(9 * ink)]).join(''),
  );
  expect([String(y.data[0]), ...(lines ?? [])].join('\n')).toMatchInlineSnapshot(`
    "4
        .      .
    .           
    .         . 
    .  .    =  .
         .=*+   
        .+*#. - 
       :#- @    
       *%@+#   .
        . +*%:  
        . #. ...
         .*     
    ..    .  . ."
  `);
});

test('bad input is refused', () => {
  expect(() => synthetic.digitBitmaps({ count: 1, size: 9, rng: new Rng(1) })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.digitBitmaps: size is 9; it must be a whole number of at least 10. Correct size.]`,
  );
});

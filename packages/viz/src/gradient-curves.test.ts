import { expect, test } from 'vitest';
import { gradientCurves } from './index.js';
import { numbersIn, textsOf, withAttributes } from './parsed-picture.fixture.js';

/** As a JavaScript user would pass it. */
const wrong = <T>(value: unknown): T => value as T;

test('the last step is the first of the picture, and equal factors are equal distances', () => {
  const svg = gradientCurves([
    { name: 'vanishes', norms: [1e-4, 1e-3, 1e-2, 1e-1, 1] },
    { name: 'explodes', norms: [10_000, 1000, 100, 10, 1] },
  ]);
  const [down, up] = withAttributes(svg, { 'stroke-width': '2' }).map(({ children }) =>
    numbersIn(children[0]?.attributes.d),
  );
  const heights = (line: number[] = []): number[] => line.filter((_, i) => i % 2 === 1);
  const steps = (line: number[]): number[] => line.slice(1).map((height, i) => height - (line[i] ?? 0));
  const [first = 0] = steps(heights(down));
  for (const step of steps(heights(down))) expect(step).toBeCloseTo(first, 1);
  expect(heights(down)[0]).toBe(heights(up)[0]);
  expect(first).toBeGreaterThan(0); // heights grow downwards
  expect(steps(heights(up))[0]).toBeCloseTo(-first, 1);
  expect(textsOf(svg)).toEqual(expect.arrayContaining(['steps back in time', 'norm of the gradient']));
});

test('a gradient that has vanished altogether is a gap', () => {
  const svg = gradientCurves([{ name: 'RNN', norms: [0, 0, 1e-40, 0, 1e-3, 1] }]);
  const [line] = withAttributes(svg, { 'stroke-width': '2' });
  expect(line?.children[0]?.attributes.d?.match(/M/g)).toHaveLength(2);
});

test('what is refused', () => {
  expect(() => gradientCurves([])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: gradientCurves: there is no flow; a picture has at least one. Pass [{ name, norms }].]`,
  );
  expect(() => gradientCurves([{ name: 'RNN', norms: [0, 0] }])).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: gradientCurves: 'RNN' has no value that can be drawn; a logarithmic scale draws finite numbers above 0. Leave the line out, or look at what computed it.]`,
  );
  expect(() => gradientCurves([{ name: 'RNN', norms: [1] }], wrong({ y: 'norm' }))).toThrowErrorMatchingInlineSnapshot(
    `[PictureError: gradientCurves: unknown option 'y'; the options are title. Correct the name, or leave it out.]`,
  );
});

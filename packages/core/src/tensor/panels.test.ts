import { memoryReport } from '@unroll/kernels';
import { expect, test } from 'vitest';
import { matmul } from '../ops/matmul.js';
import { slice } from '../ops/slices.js';
import { Rng } from '../random.js';
import { scratch } from '../tape/engine.js';
import { randn, zeros } from './create.js';
import { Parameter } from './variable.js';

const rng = new Rng(1);
const x = randn([8, 300], { rng });
const w = randn([300, 64], { rng });

/** The same product again and again: read, packed, read packed. */
const thrice = (product: () => number[]): number[][] => [product(), product(), product()];
const numbers = (a: typeof x, b: typeof x): number[] => Array.from(matmul(a, b).data);

test('matrices of different widths at one place are packed apart', () => {
  const [whole, part] = [numbers(x, w), numbers(x, slice(w, 1, 0, 16))];
  scratch(() => {
    for (const result of thrice(() => numbers(x, slice(w, 1, 0, 16)))) expect(result).toEqual(part);
    for (const result of thrice(() => numbers(x, w))) expect(result).toEqual(whole);
    return null;
  });
});

test('a packed parameter outlives the arena, and is packed anew when it was written', () => {
  const parameter = new Parameter(w);
  const [before, after] = [numbers(x, w), numbers(x, zeros([300, 64]))];
  for (const result of thrice(() => numbers(x, parameter))) expect(result).toEqual(before);
  const { persistent } = memoryReport();
  for (const result of thrice(() => numbers(x, parameter))) expect(result).toEqual(before);
  parameter.assign(zeros([300, 64]));
  for (const result of thrice(() => numbers(x, parameter))) expect(result).toEqual(after);
  expect(memoryReport().persistent).toBe(persistent);
});

test('a parameter that is read in many parts keeps only some of them packed', () => {
  const parameter = new Parameter(w);
  const { persistentBlocks } = memoryReport();
  for (let from = 0; from < 40; from++) {
    const part = numbers(x, slice(w, 1, from, from + 16));
    for (const result of thrice(() => numbers(x, slice(parameter, 1, from, from + 16)))) expect(result).toEqual(part);
  }
  expect(memoryReport().persistentBlocks - persistentBlocks).toBe(16);
});

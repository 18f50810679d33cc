import { afterAll, describe, expect, it, vi } from 'vitest';
import { elementary } from '../index.js';
import { allocatePersistent, freePersistent, memoryReport, views } from '../memory.js';
import { ulpAt } from '../testing/compare.js';
import { spread } from '../testing/samples.js';
import { strict } from './strict.js';

const { gemm, tanh } = strict.float32;
const SIZE = 300_000;
const address = allocatePersistent(4 * SIZE);
const start = address / 4;
afterAll(() => freePersistent(address));

describe('tanh', () => {
  it('is within 6 ulp of the true value, and never above 1', () => {
    const values = Float32Array.from({ length: SIZE }, (_, i) => (i / SIZE) * 24 - 12);
    views.float32.set(values, start);
    tanh(1, SIZE, start, 0, 1, start, 0, 1);
    let worst = 0;
    let largest = 0;
    for (let i = 0; i < SIZE; i++) {
      const actual = views.float32[start + i] as number;
      const expected = elementary.tanh(values[i] as number);
      worst = Math.max(worst, Math.abs(actual - expected) / ulpAt('float32', expected));
      largest = Math.max(largest, Math.abs(actual));
    }
    expect(worst).toBeLessThan(6);
    expect(largest).toBe(1);
  });

  it('gives a number the same bits wherever it stands', () => {
    const next = spread(1);
    const values = Float32Array.from({ length: 37 }, () => 5 * next());
    views.float32.set(values, start);
    tanh(1, 37, start, 0, 1, start + 100, 0, 1);
    tanh(37, 1, start, 1, 0, start + 200, 1, 0);
    tanh(1, 37, start, 0, 1, start + 300, 0, 2);
    const contiguous = views.float32.slice(start + 100, start + 137);
    expect(views.float32.slice(start + 200, start + 237)).toEqual(contiguous);
    expect(contiguous.map((_, i) => views.float32[start + 300 + 2 * i] as number)).toEqual(contiguous);
  });
});

describe('gemm', () => {
  const [m, n, k] = [21, 37, 300];
  const [a, b, c] = [start, start + m * k, start + m * k + k * n];
  const next = spread(2);
  const fill = (): void => {
    for (let i = 0; i < m * k + k * n; i++) views.float32[start + i] = next();
  };

  it('gives an entry the same bits in every layout and in every part of the matrix', () => {
    fill();
    gemm(m, n, k, a, k, 1, b, n, 1, c, n, 1, 0);
    const whole = views.float32.slice(c, c + m * n);

    // C stored by columns.
    gemm(m, n, k, a, k, 1, b, n, 1, c, 1, m, 0);
    expect(whole.map((_, i) => views.float32[c + Math.floor(i / n) + (i % n) * m] as number)).toEqual(whole);

    // Row by row, as a thread with a smaller share would.
    for (let i = 0; i < m; i++) gemm(1, n, k, a + i * k, k, 1, b, n, 1, c + i * n, n, 1, 0);
    expect(views.float32.slice(c, c + m * n)).toEqual(whole);

    // A and B stored by columns.
    const transposed = c + m * n;
    const columns = (from: number, rows: number, cols: number, to: number): void => {
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < cols; j++) views.float32[to + j * rows + i] = views.float32[from + i * cols + j] as number;
      }
    };
    columns(a, m, k, transposed);
    columns(b, k, n, transposed + m * k);
    gemm(m, n, k, transposed, 1, m, transposed + m * k, 1, k, c, n, 1, 0);
    expect(views.float32.slice(c, c + m * n)).toEqual(whole);
  });

  it('takes its work area once', () => {
    const before = memoryReport();
    for (let i = 0; i < 10; i++) gemm(m, n, k, a, k, 1, b, n, 1, c, n, 1, 0);
    expect(memoryReport()).toEqual(before);
  });

  it('writes zeros, or nothing, where there is nothing to sum', () => {
    views.float32.fill(5, c, c + 4);
    gemm(2, 2, 0, a, 0, 1, b, 2, 1, c, 2, 1, 1);
    expect([...views.float32.slice(c, c + 4)]).toEqual([5, 5, 5, 5]);
    gemm(2, 2, 0, a, 0, 1, b, 2, 1, c, 2, 1, 0);
    expect([...views.float32.slice(c, c + 4)]).toEqual([0, 0, 0, 0]);
  });
});

it('works on a plain memory, also after it has grown', async () => {
  vi.resetModules();
  vi.stubGlobal('SharedArrayBuffer', undefined);
  try {
    const memory = await import('../memory.js');
    const fresh = (await import('./strict.js')).strict.float32;
    expect(memory.memoryIsShared).toBe(false);
    const [a, b, c] = [64, 64, 64].map((bytes) => memory.allocatePersistent(bytes) / 4) as [number, number, number];
    memory.views.float32.set([1, 2, 3, 4], a);
    memory.views.float32.set([5, 6, 7, 8], b);
    fresh.gemm(2, 2, 2, a, 2, 1, b, 2, 1, c, 2, 1, 0);
    expect([...memory.views.float32.slice(c, c + 4)]).toEqual([19, 22, 43, 50]);
    memory.allocatePersistent(10 * 1024 * 1024);
    fresh.gemm(2, 2, 2, a, 2, 1, b, 2, 1, c, 2, 1, 1);
    expect([...memory.views.float32.slice(c, c + 4)]).toEqual([38, 44, 86, 100]);
  } finally {
    vi.unstubAllGlobals();
  }
});

import { afterAll, describe, expect, it, vi } from 'vitest';
import { elementary } from '../index.js';
import { allocatePersistent, freePersistent, memoryReport, views, workArea } from '../memory.js';
import { ulpAt } from '../testing/compare.js';
import { spread } from '../testing/samples.js';
import { strictModule } from './generated/strict-module.js';
import { strict } from './strict.js';

const { gemm, tanh } = strict.float32;
const SIZE = 300_000;
const address = allocatePersistent(4 * SIZE);
const start = address / 4;
afterAll(() => freePersistent(address));

/** Numbers evenly spread between two, or powers of ten between powers evenly spread. */
const evenly = (low: number, high: number) => (i: number) => low + ((high - low) * i) / SIZE;
const powers = (low: number, high: number) => (i: number) => 10 ** evenly(low, high)(i);

describe('errors stay below those stated', () => {
  it.each([
    ['exp', 0.97, evenly(-104, 88.7)],
    ['expm1', 1.54, evenly(-20, 88.7)],
    ['expm1', 1.54, evenly(-1, 1)],
    ['log', 0.82, powers(-45, 38)],
    ['log', 0.82, evenly(0.5, 2)],
    ['log1p', 0.83, evenly(-0.9999, 3)],
    ['log1p', 0.83, powers(-10, 38)],
    ['sigmoid', 2.34, evenly(-104, 20)],
    ['softplus', 1.67, evenly(-104, 20)],
    ['softplus', 1.67, evenly(-2, 2)],
    ['tanh', 5.993, evenly(-12, 12)],
  ] as const)('%s: %f ulp', (name, bound, input) => {
    views.float32.set(
      Float32Array.from({ length: SIZE }, (_, i) => input(i)),
      start,
    );
    const values = views.float32.slice(start, start + SIZE);
    strict.float32[name](1, SIZE, start, 0, 1, start, 0, 1);
    let worst = 0;
    for (const [i, value] of values.entries()) {
      const actual = views.float32[start + i] as number;
      const expected = elementary[name](value);
      worst = Math.max(worst, Math.abs(actual - expected) / ulpAt('float32', expected));
    }
    expect(worst).toBeLessThan(bound);
  });

  it('tanh never leaves [−1, 1]', () => {
    views.float32.set(
      Float32Array.from({ length: SIZE }, (_, i) => evenly(6, 12)(i)),
      start,
    );
    tanh(1, SIZE, start, 0, 1, start, 0, 1);
    expect(views.float32.subarray(start, start + SIZE).reduce((found, x) => Math.max(found, x), 0)).toBe(1);
  });

  it('a row of probabilities far below their maximum is as precise as its sum', () => {
    const cols = 2000;
    for (let j = 0; j < cols; j++) views.float32[start + j] = 0.123 + (j / cols) * 60;
    const x = views.float32.slice(start, start + cols);
    strict.float32.softmax(1, cols, start, cols, 1, start, cols, 1);
    const peak = x[cols - 1] as number;
    const weights = Array.from(x, (value) => elementary.exp(value - peak));
    const total = weights.reduce((sum, weight) => sum + weight);
    for (const [j, weight] of weights.entries()) {
      const expected = weight / total;
      const error = Math.abs((views.float32[start + j] as number) - expected) / ulpAt('float32', expected);
      expect(error).toBeLessThan(4);
    }
  });
});

describe('gemm', () => {
  const [m, n, k] = [21, 37, 300];
  const [a, b, c] = [start, start + m * k, start + m * k + k * n];
  const next = spread(2);

  it('takes no memory of its own', () => {
    for (let i = 0; i < m * k + k * n; i++) views.float32[start + i] = next();
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

it('works inside of the area that the memory keeps free for it', () => {
  const bytes = Uint8Array.from(atob(strictModule), (character) => character.charCodeAt(0));
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 1024, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const { workBytes } = exports as { workBytes: { value: number } };
  expect(workBytes.value).toBeLessThanOrEqual(workArea.bytes);
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

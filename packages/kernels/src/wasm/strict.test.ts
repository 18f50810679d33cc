import { afterAll, describe, expect, it, vi } from 'vitest';
import { allocatePersistent, freePersistent, memoryReport, views, workArea } from '../memory.js';
import { spread } from '../testing/samples.js';
import { strictModule } from './generated/strict-module.js';
import { bytesOfText } from './module-text.js';
import { strict } from './strict.js';

const { gemm } = strict.float32;
const SIZE = 100_000;
const address = allocatePersistent(4 * SIZE);
const start = address / 4;
afterAll(() => freePersistent(address));

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
  const bytes = bytesOfText(strictModule);
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

import {
  activeKernels,
  allocatePersistent,
  freePersistent,
  type KernelTable,
  useKernels,
  views,
} from '@unroll/kernels';
import { conformanceCases } from '@unroll/kernels/testing';
import { useThreads } from '@unroll/kernels/threads';
import { afterAll, beforeEach, describe, expect, it, test } from 'vitest';
import { useBlas } from './index.js';
import type { Library } from './library.js';
import { blasTable } from './table.js';

const before = activeKernels();
beforeEach(() => useKernels(before));
afterAll(() => useKernels(before));

const report = useBlas({ threads: 1 });
const table = activeKernels().float32;
useKernels(before);
const isThere = report.library !== null;
const without = isThere ? '' : ` (skipped: ${report.message})`;

describe.skipIf(!isThere)(`products by a library${without}`, () => {
  // Of its own bits a library promises nothing.
  const cases = conformanceCases(table).filter(({ name }) => name !== 'gemm, same bits');
  it.each([...cases])('$name', ({ run }) => {
    expect(run).not.toThrow();
  });

  /** Positions of two operands and two results. */
  function place(m: number, n: number, k: number): [a: number, b: number, c: number, d: number] {
    const positions = [m * k, k * n, m * n, m * n].map((size) => allocatePersistent(4 * size) / 4);
    const [a, b] = positions as [number, number, number, number];
    for (let i = 0; i < m * k; i++) views.float32[a + i] = ((i * 37) % 101) / 101 - 0.5;
    for (let i = 0; i < k * n; i++) views.float32[b + i] = ((i * 73) % 103) / 103 - 0.5;
    return positions as [number, number, number, number];
  }

  test.each([
    [64, 1_024, 256],
    [1, 700, 300],
    [300, 1, 700],
  ])('%i × %i × %i is what the kernels compute, to 1e-5', (m, n, k) => {
    const positions = place(m, n, k);
    const [a, b, c, d] = positions;
    for (const [bRow, bCol] of [
      [n, 1],
      [1, k],
    ] as const) {
      for (const [cRow, cCol] of [
        [n, 1],
        [1, m],
      ] as const) {
        for (const accumulate of [0, 1] as const) {
          before.float32.gemm(m, n, k, a, k, 1, b, bRow, bCol, c, cRow, cCol, accumulate);
          table.gemm(m, n, k, a, k, 1, b, bRow, bCol, d, cRow, cCol, accumulate);
          for (let i = 0; i < m * n; i++) {
            const [expected, actual] = [views.float32[c + i] as number, views.float32[d + i] as number];
            if (!(Math.abs(actual - expected) <= 1e-5 * k)) throw new Error(`number ${i}: ${actual}, not ${expected}`);
          }
        }
      }
    }
    for (const position of positions) freePersistent(4 * position);
  });

  test('says what it has found, and keeps the other kernels', () => {
    expect(useBlas({ threads: 1 })).toEqual({ library: report.library, threads: 1, message: report.message });
    expect(report.message).toMatch(/^.+ \(.+\), 1 thread$/);
    const { name, float32 } = activeKernels();
    expect(name).toMatch(/^strict, /);
    useBlas({ threads: 1 });
    expect(activeKernels().name).toBe(name); // one library in the place of the other
    expect(float32.tanh).toBe(before.float32.tanh);
  });
});

describe.skipIf(!isThere)(`products by a library, divided among threads${without}`, () => {
  test('come from the library in all of them, to 1e-5', async () => {
    const [m, n, k] = [64, 1_024, 1_000];
    const positions = [m * k, k * n, m * n, m * n].map((size) => allocatePersistent(4 * size) / 4);
    const [a, b, expected, actual] = positions as [number, number, number, number];
    for (let i = 0; i < m * k; i++) views.float32[a + i] = ((i * 37) % 101) / 101 - 0.5;
    for (let i = 0; i < k * n; i++) views.float32[b + i] = ((i * 73) % 103) / 103 - 0.5;
    before.float32.gemm(m, n, k, a, k, 1, b, n, 1, expected, n, 1, 0);
    useBlas({ threads: 1 });
    await useThreads(2);
    const { name, float32 } = activeKernels();
    expect(name).toMatch(/^strict, .+, 2 threads$/);
    const wide = () => float32.gemm(m, n, k, a, k, 1, b, n, 1, actual, n, 1, 0);
    const transposed = () => float32.gemm(n, m, k, b, 1, n, a, 1, k, actual, 1, n, 0); // cut along its rows
    for (const product of [wide, transposed]) {
      for (let again = 0; again < 20; again++) {
        product();
        const columnsAsByKernels = Array.from({ length: n }, () => 0);
        for (let i = 0; i < m * n; i++) {
          const difference = Math.abs((views.float32[actual + i] as number) - (views.float32[expected + i] as number));
          if (!(difference <= 1e-5 * k)) throw new Error(`number ${i} is ${difference} away`);
          if (difference === 0) (columnsAsByKernels[i % n] as number)++;
        }
        // The kernels sum in another order: a chunk of 32 columns that has all their bits would be theirs.
        for (let first = 0; first < n; first += 32) {
          expect(columnsAsByKernels.slice(first, first + 32)).not.toEqual(Array.from({ length: 32 }, () => m));
        }
      }
    }
    await useThreads(1);
    for (const position of positions) freePersistent(4 * position);
  });

  test('are refused where threads are there already', async () => {
    await useThreads(2);
    expect(() => useBlas()).toThrowErrorMatchingInlineSnapshot(
      `[Error: useBlas: the kernels are divided among 2 threads already, of which the workers would go on without the library. Call useBlas first, and useThreads then.]`,
    );
    await useThreads(1);
    expect(activeKernels()).toBe(before);
  });
});

describe('which products the library computes', () => {
  const asked: string[] = [];
  const library: Library = {
    file: 'none',
    name: 'none',
    gemm: (_order, transposeA, transposeB, m, n, k) => asked.push(`gemm ${transposeA} ${transposeB} ${m} ${n} ${k}`),
    gemv: (_order, transpose, m, n) => asked.push(`gemv ${transpose} ${m} ${n}`),
    setThreads: undefined,
    threads: () => undefined,
  };
  const { float32 } = before;
  const kept: KernelTable = { ...float32, gemm: () => asked.push('kernels'), fill: () => undefined };
  const { gemm } = blasTable(kept, library, 0);
  const [row, col] = [
    [50, 1],
    [1, 40],
  ] as const;

  test.each<[what: string, call: () => void, by: string]>([
    ['rows lie together', () => gemm(40, 50, 60, 0, 60, 1, 0, ...row, 0, ...row, 0), 'gemm 111 111 40 50 60'],
    ['A and B transposed', () => gemm(40, 50, 60, 0, 1, 40, 0, 1, 60, 0, ...row, 0), 'gemm 112 112 40 50 60'],
    ['columns of C lie together', () => gemm(40, 50, 60, 0, 60, 1, 0, ...row, 0, ...col, 0), 'gemm 112 112 50 40 60'],
    ['one row', () => gemm(1, 50, 600, 0, 600, 1, 0, ...row, 0, ...row, 0), 'gemv 112 600 50'],
    ['one column', () => gemm(40, 1, 600, 0, 600, 1, 0, 1, 1, 0, 1, 1, 0), 'gemv 111 40 600'],
    ['too small', () => gemm(10, 10, 10, 0, 10, 1, 0, 10, 1, 0, 10, 1, 0), 'kernels'],
    ['a row repeated', () => gemm(40, 50, 60, 0, 0, 1, 0, ...row, 0, ...row, 0), 'kernels'],
    ['strides both ways', () => gemm(40, 50, 60, 0, 120, 2, 0, ...row, 0, ...row, 0), 'kernels'],
    ['backwards', () => gemm(40, 50, 60, 0, -60, -1, 0, ...row, 0, ...row, 0), 'kernels'],
    ['a C with strides both ways', () => gemm(40, 50, 60, 0, 60, 1, 0, ...row, 0, 100, 2, 0), 'kernels'],
  ])('%s', (_what, call, by) => {
    asked.length = 0;
    call();
    expect(asked).toEqual([by]);
  });
});

describe('useBlas refuses', () => {
  test('a library that is not there', () => {
    expect(() => useBlas({ library: 'libnone.so' })).toThrowErrorMatchingInlineSnapshot(
      `[Error: useBlas: libnone.so cannot be loaded, or has no cblas_sgemm. On Debian: apt-get install libopenblas0-pthread.]`,
    );
  });

  test.each([0, 1.5, -1])('%s threads', (threads) => {
    expect(() => useBlas({ threads })).toThrow(
      `useBlas: threads is ${threads}. It must be a whole number of at least 1.`,
    );
  });

  test('and then the kernels are what they were', () => {
    expect(() => useBlas({ library: 'libm.so.6' })).toThrow('libm.so.6 cannot be loaded, or has no cblas_sgemm');
    expect(activeKernels()).toBe(before);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { activeKernels, useKernels } from '../active.js';
import type { KernelSet, UnaryKernel } from '../kernels.js';
import { allocatePersistent, freePersistent, memoryReport, views } from '../memory.js';
import { reference } from '../reference/index.js';
import { moduleOf } from '../wasm/load.js';
import { strict } from '../wasm/strict.js';
import { Crew, type Tools } from './crew.js';
import { useThreads } from './index.js';
import { kernelNames } from './plans.js';
import type { Kernel } from './queue.js';
import { threadedTable } from './threaded.js';

const { float32 } = strict;
const module = moduleOf(float32) as WebAssembly.Module;
const tools: Tools = { module, kernels: kernelNames.map((name) => float32[name] as Kernel) };

const folder = mkdtempSync(join(tmpdir(), 'threads-'));
afterAll(() => rmSync(folder, { recursive: true }));
/** Numbers in kernel memory. */
function numbers(length: number, value: (i: number) => number): number {
  const position = allocatePersistent(4 * length) / 4;
  for (let i = 0; i < length; i++) views.float32[position + i] = value(i);
  return position;
}

describe('a crew', () => {
  test('computes the bits of one thread, time and again, and gives its memory back', async () => {
    const { persistent } = memoryReport();
    const crew = await Crew.gather(3, tools);
    const table = threadedTable(float32, crew);
    const [m, n, k] = [64, 96, 130];
    const a = numbers(m * k, (i) => ((i * 37) % 101) / 101);
    const b = numbers(k * n, (i) => ((i * 73) % 103) / 103);
    const [alone, together] = [numbers(m * n, () => 0), numbers(m * n, () => 0)];
    for (let call = 0; call < 2_000; call++) {
      float32.gemm(m, n, k, a, k, 1, b, n, 1, alone, n, 1, 1);
      table.gemm(m, n, k, a, k, 1, b, n, 1, together, n, 1, 1);
    }
    expect(views.float32[alone]).toBeGreaterThan(0);
    expect(views.float32.slice(together, together + m * n)).toEqual(views.float32.slice(alone, alone + m * n));
    await crew.dismiss();
    for (const position of [a, b, alone, together]) freePersistent(4 * position);
    expect(memoryReport().persistent).toBe(persistent);
  });

  test('throws what a kernel throws, and goes on', async () => {
    const crew = await Crew.gather(2, tools);
    const table = threadedTable(float32, crew);
    const x = numbers(100_000, (i) => i);
    expect(() => table.neg(1, 100_000, 1_000_000_000, 0, 1, x, 0, 1)).toThrow('memory access out of bounds');
    table.neg(1, 100_000, x, 0, 1, x, 0, 1);
    expect(views.float32[x + 99_999]).toBe(-99_999);
    freePersistent(4 * x);
    await crew.dismiss();
  });

  test('says so when a worker is lost', async () => {
    const file = join(folder, 'leaves.mjs');
    writeFileSync(file, "import { parentPort } from 'node:worker_threads'; parentPort.postMessage('ready');");
    const crew = await Crew.gather(2, tools, file);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const table = threadedTable(float32, crew);
    const x = numbers(100_000, (i) => i);
    const call = () => table.neg(1, 100_000, x, 0, 1, x, 0, 1);
    expect(call).toThrowErrorMatchingInlineSnapshot(
      `[Error: kernels: a worker thread is lost, and part of a result with it. Go on from a checkpoint in a new process, or with await useThreads(1).]`,
    );
    freePersistent(4 * x);
    await crew.dismiss();
  });

  test('does not begin where a worker cannot', async () => {
    const { persistent } = memoryReport();
    const file = join(folder, 'fails.mjs');
    writeFileSync(file, "throw new Error('no room')");
    const gathering = Crew.gather(3, tools, file);
    await expect(gathering).rejects.toThrowErrorMatchingInlineSnapshot(
      `[Error: useThreads: a worker could not be started. Its reason is the cause of this error.]`,
    );
    await expect(gathering).rejects.toMatchObject({ cause: { message: 'no room' } });
    expect(memoryReport().persistent).toBe(persistent);
  });
});

describe('a layer over the kernels', () => {
  /** A module of a layer whose neg multiplies by the settings instead. */
  function layerOver(over: KernelSet, text: string): KernelSet {
    const file = join(folder, 'layer.mjs');
    writeFileSync(file, text);
    return { ...over, name: 'layered', layer: { over, module: pathToFileURL(file).href, settings: { factor: 3 } } };
  }

  test('is there in all threads', async () => {
    const timesThree: UnaryKernel = (rows, cols, ...operands) => float32.scale(rows, cols, 3, ...operands);
    const layered = layerOver(
      strict,
      `export const replaceKernels = (table, { factor }) =>
        ({ ...table, neg: (rows, cols, ...operands) => table.scale(rows, cols, factor, ...operands) });`,
    );
    useKernels({ ...layered, float32: { ...float32, neg: timesThree } });
    await useThreads(3);
    expect(activeKernels()).toMatchObject({ name: 'layered, 3 threads', threads: 3 });
    const length = 4_000_000;
    const x = numbers(length, (i) => i % 1_000);
    activeKernels().float32.neg(1, length, x, 0, 1, x, 0, 1);
    expect(views.float32.subarray(x, x + length).findIndex((number, i) => number !== 3 * (i % 1_000))).toBe(-1);
    freePersistent(4 * x);
    await useThreads(1);
    expect(activeKernels().threads).toBeUndefined();
    useKernels(strict);
  });

  test('whose module fails lets none begin', async () => {
    useKernels(layerOver(strict, "throw new Error('no such library')"));
    await expect(useThreads(2)).rejects.toMatchObject({ cause: { message: 'no such library' } });
    expect(activeKernels().name).toBe('layered');
    useKernels(strict);
  });
});

describe('useThreads refuses', () => {
  test.each([0, 1.5, 65, Number.NaN])('%s threads', async (count) => {
    await expect(useThreads(count)).rejects.toThrow(
      `useThreads: count is ${count}. It must be a whole number from 1 to 64.`,
    );
  });

  test('kernels that are no WebAssembly', async () => {
    useKernels(reference);
    await expect(useThreads(2)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[Error: useThreads: the kernels "reference" cannot be divided; only those of WebAssembly can, alone or with a layer over them. Call it before useKernels chooses others.]`,
    );
    useKernels(strict);
  });
});

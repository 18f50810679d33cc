import { afterAll, beforeEach, describe, expect, it, test } from 'vitest';
import { allocatePersistent, freePersistent, views } from '../memory.js';
import { conformanceCases } from '../testing/index.js';
import { strict } from '../wasm/strict.js';
import { kernelNames } from './plans.js';
import type { Call, Kernel } from './queue.js';
import { type Crew, threadedTable } from './threaded.js';

const { float32 } = strict;

/** Computes the chunks of a call one after the other, the last one first, and remembers which calls there were. */
class Alone implements Crew {
  readonly threads = 2;
  isAsleep = false;
  readonly divided: string[] = [];

  run({ kernel, args, extentAt, extent, moves }: Call): void {
    const name = kernelNames[kernel] as (typeof kernelNames)[number];
    const whole = args[extentAt] as number;
    const chunks = Math.ceil(whole / extent);
    this.divided.push(`${name}, ${chunks} chunks`);
    for (let chunk = chunks - 1; chunk >= 0; chunk--) {
      const moved = args.map((arg, i) => arg + chunk * (moves[i] as number));
      moved[extentAt] = Math.min(extent, whole - chunk * extent);
      (float32[name] as Kernel)(...moved);
    }
  }
}

const crew = new Alone();
beforeEach(() => {
  crew.divided.length = 0;
  crew.isAsleep = false;
});

describe('kernels whose calls are divided, however small', () => {
  const table = threadedTable(float32, crew, { worth: 0, worthWaking: 0, chunk: 1e-9 });
  it.each([...conformanceCases(table)])('$name', ({ run }) => {
    expect(run).not.toThrow();
  });
});

describe('divided as measured, the same bits:', () => {
  const table = threadedTable(float32, crew);
  const length = 2_500_000;
  const before = Float32Array.from({ length }, (_, i) => ((i * 7_919) % 65_521) / 65_521);
  const address = allocatePersistent(4 * length);
  afterAll(() => freePersistent(address));
  /** Positions of arrays far enough from each other. */
  const [a, b, c, d, e] = [0, 1, 2, 3, 4].map((i) => address / 4 + i * 500_000) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const ids = 1_000;

  /** What the memory holds after a call on the same numbers. */
  function after(kernel: Kernel, args: readonly number[]): Float32Array {
    const numbers = views.float32.subarray(address / 4, address / 4 + length);
    numbers.set(before);
    for (let i = 0; i < ids; i++) views.int32[e + i] = (i * 31) % 50;
    kernel(...args);
    return numbers.slice();
  }

  const calls: readonly (readonly [name: (typeof kernelNames)[number], divided: string, args: readonly number[]])[] = [
    ['pack', '3 chunks', [1_025, 300, a, 1_025, 1, b]],
    ['gemmPacked', '3 chunks', [2, 1_500, 300, a, 300, 1, b, c, 1_500, 1, 1]],
    ['gemmPacked', '9 chunks', [65, 600, 300, a, 300, 1, b, c, 600, 1, 0]],
    ['gemm', '7 chunks', [65, 600, 300, a, 300, 1, b, 1, 300, c, 600, 1, 1]],
    ['gemm', '7 chunks', [100, 60, 300, a, 1, 100, b, 60, 1, c, 60, 1, 0]],
    ['scatterAddRows', '7 chunks', [ids, 100, a, 100, 1, e, b, 100, 1]],
    ['gatherRows', '8 chunks', [ids, 500, a, 500, 1, e, b, 500, 1]],
    ['sgd', '8 chunks', [100_001, a, b, c, 0.1, 0.9, 1, 0.01]],
    ['sgd', '8 chunks', [100_001, a, b, -1, 0.1, 0, 0, 0]],
    ['adagrad', '8 chunks', [100_001, a, b, c, 0.1, 1e-8, 0.01]],
    ['rmsprop', '8 chunks', [100_001, a, b, c, -1, -1, 0.1, 0.9, 1e-8, 0, 0, 0]],
    ['rmsprop', '8 chunks', [100_001, a, b, c, d, e, 0.1, 0.9, 1e-8, 1, 0.9, 0.01]],
    ['adam', '8 chunks', [100_001, a, b, c, d, 0.1, 0.9, 0.99, 1e-8, 0.1, 0.01, 0.01, 1]],
    ['tanh', '8 chunks', [1, 100_001, a, 0, 1, b, 0, 1]],
    ['crossEntropy', '8 chunks', [ids, 200, a, 200, 1, e, b, 1]],
  ];

  test.each(calls)('%s, %s', (name, divided, args) => {
    const expected = after(float32[name] as Kernel, args);
    const actual = after(table[name] as Kernel, args);
    expect(crew.divided).toEqual([`${name}, ${divided}`]);
    expect(actual.findIndex((number, i) => number !== expected[i])).toBe(-1);
  });

  test('what would not pay stays whole', () => {
    after(table.tanh as Kernel, [1, 4_000, a, 0, 1, b, 0, 1]);
    crew.isAsleep = true;
    after(table.tanh as Kernel, [1, 20_000, a, 0, 1, b, 0, 1]);
    expect(crew.divided).toEqual([]);
    crew.isAsleep = false;
    after(table.tanh as Kernel, [1, 20_000, a, 0, 1, b, 0, 1]);
    expect(crew.divided).toEqual(['tanh, 6 chunks']);
  });

  test('sums over one row stay whole', () => {
    after(table.sum as Kernel, [1, 400_000, a, 0, 1, b, 1]);
    expect(crew.divided).toEqual([]);
  });
});

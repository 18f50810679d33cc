import { afterEach, describe, expect, it, vi } from 'vitest';
import { Arena, allocatePersistent, freePersistent, memoryReport, views, workArea } from './memory.js';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Persistent blocks and arenas of the running test, given back after it. */
const blocks: number[] = [];
const arenas: Arena[] = [];
const persistent = (bytes: number): number => {
  const address = allocatePersistent(bytes);
  blocks.push(address);
  return address;
};
const arena = (): Arena => {
  const created = new Arena();
  arenas.push(created);
  return created;
};
afterEach(() => {
  for (const address of blocks.splice(0)) freePersistent(address);
  for (const created of arenas.splice(0)) created.release();
});

/** Every byte behind the work area is held by somebody or free. */
function expectExactBooks(): void {
  const { total, persistent: held, arenas: inArenas, free } = memoryReport();
  expect(held + inArenas + free).toBe(total - workArea.address - workArea.bytes);
}

describe('persistent blocks', () => {
  it('are zero, aligned to 64 bytes and apart', () => {
    const sizes = [1, 64, 65, 1000, 0, 4096];
    const addresses = sizes.map(persistent);
    for (const [i, address] of addresses.entries()) {
      expect(address % 64).toBe(0);
      expect(views.int32.subarray(address / 4, (address + (sizes[i] as number)) / 4).every((word) => word === 0)).toBe(
        true,
      );
      const next = addresses[i + 1];
      if (next !== undefined) expect(next).toBeGreaterThanOrEqual(address + (sizes[i] as number));
    }
    expectExactBooks();
  });

  it('come back zeroed after use', () => {
    const first = persistent(256);
    views.float32.fill(1, first / 4, first / 4 + 64);
    freePersistent(first);
    blocks.splice(0);
    expect(views.float32[persistent(256) / 4]).toBe(0);
  });

  it('are counted, and merge when freed in any order', () => {
    const before = memoryReport();
    const [a, b, c] = [allocatePersistent(100), allocatePersistent(200), allocatePersistent(300)];
    expect(memoryReport()).toMatchObject({
      persistent: before.persistent + 128 + 256 + 320,
      persistentBlocks: before.persistentBlocks + 3,
      free: before.free - 704,
    });
    for (const address of [a, c, b]) freePersistent(address);
    expect(memoryReport()).toEqual(before);
    // In one piece again: a block of the whole size lies where the first of the three lay.
    expect(persistent(704)).toBe(a);
    expectExactBooks();
  });

  it('cannot be freed twice', () => {
    const address = allocatePersistent(64);
    freePersistent(address);
    expect(() => freePersistent(address)).toThrow(`freePersistent: no persistent block begins at ${address}.`);
  });
});

describe('arenas', () => {
  it('hand out aligned addresses in order', () => {
    const a = arena();
    const first = a.allocate(10);
    expect([a.allocate(100), a.allocate(1), a.allocate(64)]).toEqual([first + 64, first + 192, first + 256]);
    expect(first % 64).toBe(0);
  });

  it('begin again at the same address after a reset, under a new epoch', () => {
    const a = arena();
    const { epoch } = a;
    const first = a.allocate(1000);
    a.reset();
    expect(a.allocate(1000)).toBe(first);
    expect(a.epoch).not.toBe(epoch);
    expect(new Arena().epoch).not.toBe(a.epoch);
  });

  it('hand out again what was recycled, to requests of the same size only', () => {
    const a = arena();
    const { epoch } = a;
    const [first, second] = [a.allocate(100), a.allocate(100)];
    a.recycle(first, 100);
    expect(a.allocate(64)).toBe(second + 128);
    expect(a.allocate(128)).toBe(first);
    expect(a.allocate(128)).toBe(second + 192);
    expect(a.epoch).toBe(epoch);
    a.recycle(second, 100);
    a.reset();
    expect(a.allocate(100)).toBe(first);
    expect(a.allocate(100)).toBe(second);
  });

  it('grow without moving what they hold, and become one chunk at the reset', () => {
    const a = arena();
    const addresses = Array.from({ length: 40 }, (_, i) => {
      const address = a.allocate(100 * KIB);
      views.float32[address / 4] = i;
      return address;
    });
    expect(addresses.map((address) => views.float32[address / 4])).toEqual(addresses.map((_, i) => i));
    const { bytes } = a;
    a.reset();
    expect(a.bytes).toBe(bytes);
    const again = Array.from({ length: 40 }, () => a.allocate(100 * KIB));
    expect(again).toEqual(again.map((_, i) => (again[0] as number) + i * 100 * KIB));
    expect(a.bytes).toBe(bytes);
    expectExactBooks();
  });

  it('keep steady books over many resets', () => {
    const a = arena();
    const use = (): void => {
      a.reset();
      for (let i = 0; i < 100; i++) a.allocate(5000 + i);
    };
    use();
    use();
    const steady = memoryReport();
    for (let i = 0; i < 1000; i++) use();
    expect(memoryReport()).toEqual(steady);
  });

  it('are counted while they hold memory', () => {
    const before = memoryReport();
    const a = new Arena();
    expect(memoryReport()).toEqual(before);
    a.allocate(1);
    expect(memoryReport()).toMatchObject({ arenaCount: before.arenaCount + 1, arenas: before.arenas + 256 * KIB });
    a.release();
    expect(memoryReport()).toMatchObject({ arenaCount: before.arenaCount, arenas: before.arenas });
    expect(a.bytes).toBe(0);
    expectExactBooks();
  });

  it('can be used after a release', () => {
    const a = arena();
    a.allocate(3 * MIB);
    a.release();
    a.allocate(1);
    expect(a.bytes).toBe(256 * KIB);
  });
});

describe('growth', () => {
  it('keeps contents and renews the views', () => {
    const address = persistent(64);
    views.float32[address / 4] = 42;
    const { total } = memoryReport();
    persistent(total);
    expect(memoryReport().total).toBeGreaterThan(total);
    expect(views.float32.byteLength).toBe(memoryReport().total);
    expect(views.float32[address / 4]).toBe(42);
    expectExactBooks();
  });
});

describe('out of memory', () => {
  it('says what was asked, what is held, by whom, and what to do', async () => {
    // A fresh copy of the module, so that the figures do not depend on the tests before.
    vi.resetModules();
    const fresh = await import('./memory.js');
    fresh.allocatePersistent(100_000);
    new fresh.Arena().allocate(300_000);
    const before = fresh.memoryReport();
    expect(() => fresh.allocatePersistent(5 * 1024 * MIB)).toThrowErrorMatchingInlineSnapshot(
      `[KernelMemoryError: memory: out of kernel memory. Asked for 5120.0 MiB; 2.0 MiB are reserved: 0.3 MiB by 1 arenas (what recordings compute), 0.1 MiB by 1 persistent blocks (parameters, gradients, optimizer state), 1.0 MiB free in pieces. A recording keeps every intermediate value: record fewer steps, a smaller batch or shorter windows; sampling and evaluation need no record.]`,
    );
    expect(() => new fresh.Arena().allocate(5 * 1024 * MIB)).toThrow('Asked for 5120.0 MiB');
    // A refusal costs nothing: the memory is as it was, and still serves what fits.
    expect(fresh.memoryReport()).toEqual(before);
    fresh.freePersistent(fresh.allocatePersistent(64));
    expect(fresh.memoryReport()).toEqual(before);
  });

  it('an arena asks for no more room when it is emptied', async () => {
    vi.resetModules();
    const fresh = await import('./memory.js');
    const a = new fresh.Arena();
    a.allocate(200 * KIB);
    const between = fresh.allocatePersistent(64);
    a.allocate(200 * KIB);
    a.allocate(200 * KIB);
    const { bytes } = a;
    const grow = vi.spyOn(fresh.wasmMemory, 'grow').mockImplementation(() => {
      throw new RangeError('no more');
    });
    // Nothing but its own chunks is left, and another's block lies between them.
    fresh.allocatePersistent(fresh.memoryReport().free);
    a.reset();
    expect(a.bytes).toBe(bytes);
    for (let i = 0; i < 3; i++) a.allocate(200 * KIB);
    expect(a.bytes).toBe(bytes);
    fresh.freePersistent(between);
    grow.mockRestore();
  });
});

it('works without shared memory', async () => {
  vi.resetModules();
  vi.stubGlobal('SharedArrayBuffer', undefined);
  try {
    const fresh = await import('./memory.js');
    expect(fresh.memoryIsShared).toBe(false);
    const address = fresh.allocatePersistent(64);
    const old = fresh.views.float32;
    old[address / 4] = 42;
    fresh.allocatePersistent(10 * MIB);
    // A plain memory detaches the old views, which is why kernels read them afresh.
    expect(old.length).toBe(0);
    expect(fresh.views.float32[address / 4]).toBe(42);
  } finally {
    vi.unstubAllGlobals();
  }
});

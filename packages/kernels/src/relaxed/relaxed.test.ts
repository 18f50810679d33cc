import { afterEach, describe, expect, it, vi } from 'vitest';
import { activeKernels, useKernels } from '../active.js';
import { relaxedModule } from '../wasm/generated/relaxed-module.js';
import { strictModule } from '../wasm/generated/strict-module.js';
import { bytesOfText } from '../wasm/module-text.js';
import { strict } from '../wasm/strict.js';
import { relaxed, relaxedIsSupported } from './index.js';

afterEach(() => useKernels(strict));

/** Numbers of the relaxed SIMD instructions in a module: all begin with 0xfd and lie from 0x100 to 0x12f. */
function relaxedInstructions(text: string): number[] {
  const bytes = bytesOfText(text);
  const numbers: number[] = [];
  for (const [i, byte] of bytes.entries()) {
    const [low, high] = [bytes[i + 1] ?? 0, bytes[i + 2]];
    if (byte === 0xfd && low >= 128 && high === 2) numbers.push(low - 128 + 256);
  }
  return numbers;
}

describe('what is fused', () => {
  it('nothing in the strict build', () => {
    expect(relaxedInstructions(strictModule)).toEqual([]);
  });

  it('multiply-adds, and nothing else, in the relaxed one', () => {
    const F32X4_RELAXED_MADD = 0x105;
    const found = relaxedInstructions(relaxedModule);
    expect(new Set(found)).toEqual(new Set([F32X4_RELAXED_MADD]));
    // The full micro-kernel of the matrix product alone has 16 in two steps of k.
    expect(found.length).toBeGreaterThan(100);
  });
});

it('is chosen as a set', () => {
  expect(relaxedIsSupported).toBe(true);
  useKernels(relaxed);
  expect(activeKernels()).toBe(relaxed);
});

describe('in an engine without relaxed SIMD', () => {
  it('importing does no harm, and choosing explains itself', async () => {
    vi.resetModules();
    const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    try {
      const there = await import('./index.js');
      expect(there.relaxedIsSupported).toBe(false);
      expect(() => useKernels(there.relaxed)).toThrowErrorMatchingInlineSnapshot(
        `[Error: relaxed kernels: this engine has no relaxed SIMD in WebAssembly, which they are compiled for. Node 21, Chrome and Edge 114 and Firefox 146 have it, and Node 20 does with --experimental-wasm-relaxed-simd; Safari has not. Choose them only where \`relaxedIsSupported\` is true: without a choice everything runs on the strict kernels.]`,
      );
      expect(activeKernels()).toBe(strict);
    } finally {
      validate.mockRestore();
    }
  });
});

it('a set with the wrong table is refused', () => {
  const float32 = { ...strict.float32, dtype: 'float64' as const };
  expect(() => useKernels({ name: 'mistaken', float32 })).toThrowErrorMatchingInlineSnapshot(
    `[Error: useKernels: the float32 table of the set "mistaken" is for float64.]`,
  );
  expect(activeKernels()).toBe(strict);
});

import { afterEach, describe, expect, it, vi } from 'vitest';
import { strictModule } from './generated/strict-module.js';
import { loadModule, moduleBytes } from './load.js';

afterEach(() => vi.unstubAllGlobals());

describe('where the engine refuses the module', () => {
  function refuse(): never {
    throw new Error('refused');
  }

  it('names the policy of the page, if the module is valid', () => {
    const { validate } = WebAssembly;
    vi.stubGlobal('WebAssembly', { Module: refuse, validate });
    expect(() => loadModule(moduleBytes(strictModule))).toThrowErrorMatchingInlineSnapshot(
      `[Error: kernels: this page's content security policy forbids WebAssembly. Add 'wasm-unsafe-eval' to script-src; 'unsafe-eval' is not needed.]`,
    );
  });

  it('names the engines that have SIMD, if it is not', () => {
    vi.stubGlobal('WebAssembly', { Module: refuse, validate: () => false });
    expect(() => loadModule(moduleBytes(strictModule))).toThrowErrorMatchingInlineSnapshot(
      `[Error: kernels: this engine has no SIMD in WebAssembly, which they are compiled for. Chrome and Edge 91, Firefox 89, Safari 16.4 and Node 16.4 have it.]`,
    );
  });
});

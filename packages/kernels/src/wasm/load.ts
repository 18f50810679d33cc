/** From text to running kernels, at once: nothing that imports a kernel has to wait. */
import type { KernelTable, MovementTable } from '../kernels.js';
import { memoryIsShared, wasmMemory, workArea } from '../memory.js';
import { withMemorySharing } from './import-section.js';
import { bytesOfText } from './module-text.js';

/** What `assembly/index.ts` exports. */
interface KernelModule extends Omit<KernelTable, 'dtype'> {
  /** Where the kernels may write between calls, `workBytes` long. */
  readonly useWorkArea: (address: number) => void;
  readonly workBytes: { readonly value: number };
  readonly fillInt32: MovementTable['fill'];
  readonly equalInt32: MovementTable['equal'];
  readonly greaterInt32: MovementTable['greater'];
  readonly lessInt32: MovementTable['less'];
}

/** The bytes of a build, declared to import a memory of the kind that there is. */
export function moduleBytes(text: string): Uint8Array<ArrayBuffer> {
  return withMemorySharing(bytesOfText(text), memoryIsShared);
}

const modules = new WeakMap<KernelTable, WebAssembly.Module>();

/** The module that a table's kernels are exports of, for other threads to link; undefined for tables of other kinds. */
export function moduleOf(table: KernelTable): WebAssembly.Module | undefined {
  return modules.get(table);
}

/**
 * Compiles a module, links it with the kernel memory and sorts its exports into tables.
 *
 * Errors: where the engine refuses it.
 */
export function loadModule(bytes: Uint8Array<ArrayBuffer>): { float32: KernelTable; int32: MovementTable } {
  const module = compile(bytes);
  const { exports } = new WebAssembly.Instance(module, { env: { memory: wasmMemory } });
  const { useWorkArea, workBytes, fillInt32, equalInt32, greaterInt32, lessInt32, ...kernels } =
    exports as unknown as KernelModule;
  useWorkArea(workArea.address);
  const float32: KernelTable = { dtype: 'float32', ...kernels };
  modules.set(float32, module);
  return {
    float32,
    int32: { copy: kernels.copy, fill: fillInt32, equal: equalInt32, greater: greaterInt32, less: lessInt32 },
  };
}

function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    const reason = WebAssembly.validate(bytes)
      ? "this page's content security policy forbids WebAssembly. Add 'wasm-unsafe-eval' to script-src; 'unsafe-eval' is not needed."
      : 'this engine has no SIMD in WebAssembly, which they are compiled for. Chrome and Edge 91, Firefox 89, Safari 16.4 and Node 16.4 have it.';
    throw new Error(`kernels: ${reason}`, { cause });
  }
}

/** From base64 to running kernels, at once: nothing that imports a kernel has to wait. */
import type { KernelTable, MovementTable } from '../kernels.js';
import { memoryIsShared, wasmMemory, workArea } from '../memory.js';
import { withMemorySharing } from './import-section.js';

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
export function moduleBytes(base64: string): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return withMemorySharing(bytes, memoryIsShared);
}

/** Compiles a module, links it with the kernel memory and sorts its exports into tables. */
export function loadModule(bytes: Uint8Array<ArrayBuffer>): { float32: KernelTable; int32: MovementTable } {
  const module = new WebAssembly.Module(bytes);
  const { exports } = new WebAssembly.Instance(module, { env: { memory: wasmMemory } });
  const { useWorkArea, workBytes, fillInt32, equalInt32, greaterInt32, lessInt32, ...kernels } =
    exports as unknown as KernelModule;
  useWorkArea(workArea.address);
  return {
    float32: { dtype: 'float32', ...kernels },
    int32: { copy: kernels.copy, fill: fillInt32, equal: equalInt32, greater: greaterInt32, less: lessInt32 },
  };
}

/** From base64 to a running module, at once: nothing that imports a kernel has to wait. */
import { memoryIsShared, wasmMemory } from '../memory.js';
import { withMemorySharing } from './import-section.js';

/** Compiles the module and gives it the kernel memory. Returns what it exports. */
export function loadModule(base64: string): Readonly<Record<string, unknown>> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const module = new WebAssembly.Module(withMemorySharing(bytes, memoryIsShared));
  return new WebAssembly.Instance(module, { env: { memory: wasmMemory } }).exports;
}

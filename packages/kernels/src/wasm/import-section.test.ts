import { describe, expect, it } from 'vitest';
import { strictModule } from './generated/strict-module.js';
import { withMemorySharing } from './import-section.js';
import { bytesOfText } from './module-text.js';

const compiled = bytesOfText(strictModule);

const link = (bytes: Uint8Array<ArrayBuffer>, shared: boolean): WebAssembly.Instance =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: { memory: new WebAssembly.Memory({ initial: 16, maximum: 1024, shared }) },
  });

/** A module that imports a function, a table, a global and then a memory from "m". */
const crowded = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  // A custom section named "x", long enough for a length of two bytes.
  ...[0, 0x82, 1, 1, 0x78, ...Array<number>(128).fill(7)],
  // One type: a function of nothing.
  ...[1, 4, 1, 0x60, 0, 0],
  ...[2, 31, 4],
  ...[1, 0x6d, 1, 0x66, 0, 0],
  ...[1, 0x6d, 1, 0x74, 1, 0x70, 1, 1, 2],
  ...[1, 0x6d, 1, 0x67, 3, 0x7f, 0],
  ...[1, 0x6d, 1, 0x6d, 2, 3, 1, 2],
]);

describe('withMemorySharing', () => {
  it('serves shared and plain memories from one build', () => {
    expect(() => link(withMemorySharing(compiled, true), true)).not.toThrow();
    expect(() => link(withMemorySharing(compiled, false), false)).not.toThrow();
    expect(() => link(withMemorySharing(compiled, false), true)).toThrow(/shared/);
    expect(() => link(withMemorySharing(compiled, true), false)).toThrow(/shared/);
  });

  it('changes one bit, of a copy', () => {
    const before = Uint8Array.from(compiled);
    const plain = withMemorySharing(compiled, false);
    expect(compiled).toEqual(before);
    const changed = [...plain.keys()].filter((i) => plain[i] !== compiled[i]);
    expect(changed).toHaveLength(1);
    expect(withMemorySharing(plain, true)).toEqual(compiled);
  });

  it('finds the memory behind other sections and imports', () => {
    expect(WebAssembly.validate(crowded)).toBe(true);
    const plain = withMemorySharing(crowded, false);
    expect([...plain.keys()].filter((i) => plain[i] !== crowded[i])).toEqual([crowded.length - 3]);
    expect(WebAssembly.validate(plain)).toBe(true);
  });

  it('refuses what imports no memory', () => {
    const empty = crowded.slice(0, 8);
    expect(() => withMemorySharing(empty, false)).toThrow('import section: the module imports no memory.');
    expect(() => withMemorySharing(crowded.slice(0, -6), false)).toThrow('import section: the module ends too early.');
  });
});

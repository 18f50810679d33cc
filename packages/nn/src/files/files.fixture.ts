/** For the tests of files: what Python wrote, what it found in damaged files, and damage of our own. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Rng, type Tensor, UnrollError } from '@unroll/core';
import { expect } from 'vitest';

/** Numbers that Python wrote, in the order of their indices. */
export interface Contents {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A damaged copy of a file, and a digest of what its own library finds in it; null where that refuses it. */
export type Damaged = readonly [
  length: number,
  edits: readonly (readonly [at: number, byte: number])[],
  found: string | null,
];

export function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/${name}.fixture.json`, import.meta.url), 'utf8'));
}

export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

export function damagedCopy(file: Uint8Array, [length, edits]: Damaged): Uint8Array {
  const copy = new Uint8Array(length);
  copy.set(file.subarray(0, length));
  for (const [at, byte] of edits) copy[at] = byte;
  return copy;
}

/** As `weight_files.py` makes it. */
export function digest(tensors: { readonly [name: string]: Tensor }): string {
  const hash = createHash('sha256');
  for (const [name, { shape, data }] of Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name} [${shape.join(', ')}]`).update(Float64Array.from(data));
  }
  return hash.digest('hex').slice(0, 16);
}

export function expectContents(t: Tensor | undefined, { shape, data }: Contents): void {
  expect(t?.shape).toEqual(shape);
  expect(Array.from(t?.data ?? [])).toEqual(data);
}

/** What a reader finds, or the message of an error that was meant; any other error is none of ours and goes on. */
export async function attempt<T>(
  read: () => T | Promise<T>,
): Promise<{ readonly found: T } | { readonly refusal: string }> {
  try {
    return { found: await read() };
  } catch (error) {
    if (error instanceof UnrollError) return { refusal: String(error) };
    throw error;
  }
}

/** A copy with some of its bits flipped, bytes or words replaced, or an end that is missing or too long. */
export function damage(file: Uint8Array, rng: Rng): Uint8Array {
  const extreme = [0, 1, 0x7f, 0x80, 0xff];
  const kind = rng.integer(5);
  const length = kind === 0 ? rng.integer(file.length + 16) : file.length;
  const copy = new Uint8Array(length);
  copy.set(file.subarray(0, length));
  for (let edits = kind === 0 ? 0 : 1 + rng.integer(4); edits > 0; edits--) {
    const at = rng.integer(length);
    if (kind === 1) copy[at] = (copy[at] ?? 0) ^ (1 << rng.integer(8));
    else if (kind === 2) copy[at] = rng.integer(256);
    else if (kind === 3) copy.fill(extreme[rng.integer(5)] ?? 0, at, at + 1 + rng.integer(8));
    else copy.copyWithin(at, rng.integer(length), rng.integer(length));
  }
  return copy;
}

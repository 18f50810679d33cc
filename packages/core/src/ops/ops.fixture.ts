/** Every operation that a file of this folder exports. */
import { readdirSync } from 'node:fs';
import type { Op } from '../tape/op.js';

const isOp = (value: unknown): value is Op =>
  typeof value === 'object' && value !== null && 'forward' in value && 'samples' in value;

const files = readdirSync(import.meta.dirname).filter((file) => /^[^.]+\.ts$/.test(file));
const paths = files.map((file) => `./${file.replace('.ts', '.js')}`);
const modules = await Promise.all(paths.map(async (path) => (await import(path)) as Record<string, unknown>));

export const ops: readonly Op[] = modules.flatMap((module) => Object.values(module).filter(isOp));

/** The float32 table in plain TypeScript: what a set falls back on for loops that it has no better version of. */
import type { KernelTable } from '../kernels.js';
import { views } from '../memory.js';
import { binary } from './binary.js';
import { movementOf } from './movement.js';
import { products } from './products.js';
import { reductions } from './reductions.js';
import { unary } from './unary.js';
import { updates } from './updates.js';

export const plain: KernelTable = {
  dtype: 'float32',
  ...movementOf(() => views.float32),
  ...unary,
  ...binary,
  ...reductions,
  ...products,
  ...updates,
};

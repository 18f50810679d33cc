/** The default set: the same bits on every machine. Its entries are exports of the module, called without a detour. */
import type { KernelSet, MovementTable } from '../kernels.js';
import { strictModule } from './generated/strict-module.js';
import { loadModule, moduleBytes } from './load.js';

const { float32, int32 } = loadModule(moduleBytes(strictModule));

/**
 * Numerics: every operation is rounded once, and none is fused. Largest errors in units in the last place: `exp`
 * 0.97, `expm1` 1.54, `log` and `log1p` 0.85, `sigmoid` 2.34, `softplus` 1.67, `tanh` 5.993, `pow` 0.5 (measured).
 * A sum keeps eight partial sums (number j goes into the one of j mod 8) and adds them in a fixed order. A product
 * adds blocks of 256 steps of k, each in the order of k: its bits depend on k alone.
 */
export const strict: KernelSet = { name: 'strict', float32 };

/** The loops that index tensors need. */
export const movementTable: MovementTable = int32;

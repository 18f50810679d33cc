/** The default set: the same bits on every machine. Its entries are exports of the module, called without a detour. */
import type { KernelSet, MovementTable } from '../kernels.js';
import { strictModule } from './generated/strict-module.js';
import { loadModule } from './load.js';

const { float32, int32 } = loadModule(strictModule);

export const strict: KernelSet = { name: 'strict', float32 };

/** The loops that index tensors need. */
export const movementTable: MovementTable = int32;

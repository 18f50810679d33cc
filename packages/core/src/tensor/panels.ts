/** Matrices that many products read as their right operand, brought into the kernel's own order once for all of them. */
import type { KernelTable } from '@unroll/kernels';
import { engine } from '../tape/engine.js';
import { bytesPerElement } from './storage.js';
import type { Tensor } from './tensor.js';

/** The position of a packed `k × n` matrix that begins at `at`; null when it is read for the first time here. */
export function panelOf(
  kernels: KernelTable,
  of: Tensor,
  at: number,
  row: number,
  col: number,
  n: number,
  k: number,
): number | null {
  const { arena } = engine;
  if (arena === null) return null;
  // Views of one tensor, made anew for every step, share what was packed.
  const root = of.base ?? of;
  root.panels ??= [];
  const panel = root.panels.find((known) => known.at === at && known.row === row && known.col === col);
  if (panel === undefined) {
    root.panels.push({ at, row, col, epoch: arena.epoch, version: root.version, position: null });
    return null;
  }
  if (panel.epoch !== arena.epoch || panel.version !== root.version) {
    panel.epoch = arena.epoch;
    panel.version = root.version;
    panel.position = null;
    return null;
  }
  if (panel.position === null) {
    const bytes = bytesPerElement(of.dtype);
    panel.position = arena.allocate(kernels.packedSize(n, k) * bytes) / bytes;
    kernels.pack(n, k, at, row, col, panel.position);
  }
  return panel.position;
}

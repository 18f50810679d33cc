/** Matrices that many products read as their right operand, brought into the kernel's own order once for all of them. */
import type { KernelTable } from '@unroll/kernels';
import { engine } from '../tape/engine.js';
import { allocateOwned, type MatrixPlace, PERSISTENT } from './residence.js';
import { bytesPerElement } from './storage.js';
import type { Tensor } from './tensor.js';

/** A tensor remembers so many matrices in it; programs that go through more of them would gain nothing. */
const MOST_PANELS = 16;

/**
 * The position of a packed matrix in `of`; null when it is read for the first time, and with kernels
 * for which packing brings nothing. In a parameter it holds until the
 * parameter is written, in any other tensor as long as the arena.
 */
export function panelOf(kernels: KernelTable, of: Tensor, place: MatrixPlace): number | null {
  const { arena } = engine;
  if (arena === null) return null;
  // Views of one tensor, made anew for every step, share what was packed.
  const root = of.base ?? of;
  const lasts = root.home === PERSISTENT;
  const epoch = lasts ? PERSISTENT.epoch : arena.epoch;
  root.panels ??= [];
  const panel = root.panels.find((known) => known.kernels === kernels && isSamePlace(known, place));
  if (panel === undefined) {
    if (root.panels.length < MOST_PANELS) {
      root.panels.push({ ...place, kernels, epoch, version: root.version, isPacked: false, position: null });
    }
    return null;
  }
  if (panel.epoch !== epoch || panel.version !== root.version) {
    panel.epoch = epoch;
    panel.version = root.version;
    panel.isPacked = false;
    if (!lasts) panel.position = null;
    return null;
  }
  if (!panel.isPacked) {
    const { at, row, col, n, k } = place;
    const bytes = bytesPerElement(of.dtype);
    const size = kernels.packedSize(n, k) * bytes;
    if (size === 0) return null;
    panel.position ??= (lasts ? allocateOwned(root, size) : arena.allocate(size)) / bytes;
    kernels.pack(n, k, at, row, col, panel.position);
    panel.isPacked = true;
  }
  return panel.position;
}

function isSamePlace(a: MatrixPlace, b: MatrixPlace): boolean {
  return a.at === b.at && a.row === b.row && a.col === b.col && a.n === b.n && a.k === b.k;
}

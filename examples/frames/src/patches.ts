/** What the filters of a convolution look at. */
import { type Tensor, tensor } from '@unroll/core';

/** Rows and columns that a filter sees: as many as a shape covers. */
export const PATCH = 5;

/**
 * For each pixel, what lies to the right of it and below, row by row. What leaves a frame comes in on the other side, as
 * the shapes do.
 *
 * Shapes: frames `[N, T, size²]` → `[N, T, size², PATCH²]`.
 */
export function patchesOf(frames: Tensor, size: number): Tensor {
  const [clips, steps, pixels] = frames.shape as readonly [number, number, number];
  const area = PATCH * PATCH;
  const places = Int32Array.from({ length: pixels * area }, (_, i) => {
    const [corner, pixel] = [Math.floor(i / area), i % area];
    const row = (Math.floor(corner / size) + Math.floor(pixel / PATCH)) % size;
    const column = ((corner % size) + (pixel % PATCH)) % size;
    return row * size + column;
  });
  const { data } = frames;
  const patches = new Float32Array(clips * steps * places.length);
  for (let frame = 0; frame < clips * steps; frame++) {
    const [from, to] = [frame * pixels, frame * places.length];
    for (let i = 0; i < places.length; i++) patches[to + i] = data[from + (places[i] as number)] as number;
  }
  return tensor(patches, { shape: [clips, steps, pixels, area] });
}

import { arange, reshape } from '@unroll/core';
import { expect, test } from 'vitest';
import { PATCH, patchesOf } from './patches.js';

test('patches are what lies around each pixel, across the edges too', () => {
  const [clips, steps, size] = [2, 3, 7];
  const frames = reshape(arange(clips * steps * size * size), [clips, steps, size * size]);
  const patches = patchesOf(frames, size);
  expect(patches.shape).toEqual([clips, steps, size * size, PATCH * PATCH]);
  const [pictures, seen] = [frames.toArray() as number[][][], patches.toArray() as number[][][][]];
  pictures.forEach((clip, n) => {
    clip.forEach((pixels, t) => {
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
          const around: (number | undefined)[] = [];
          for (let j = 0; j < PATCH; j++) {
            for (let i = 0; i < PATCH; i++) around.push(pixels[((y + j) % size) * size + ((x + i) % size)]);
          }
          expect(seen[n]?.[t]?.[y * size + x]).toEqual(around);
        }
      }
    });
  });
});

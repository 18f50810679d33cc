/** What a reader has seen of a picture after each step, and what it then says. */
import { pick, slice, softmax, type Tensor } from '@unroll/core';
import { traceStates } from '@unroll/nn';
import type { Panel, PanelMark } from '@unroll/viz';
import type { GlimpseCell } from './glimpse-cell.js';
import { GLIMPSE, pictureAgain, type Reader, SIZE, STARTS } from './readers.js';

/** What one step sees. */
export interface Sight {
  /** At a place: nothing, or a number, and how far blurred, in pixels. */
  readonly at: (row: number, column: number) => { readonly ink: number; readonly blur: number } | null;
  /** Where its window ends, if that is for the reader to say. */
  readonly corners?: readonly PanelMark[];
}

/** What has not been seen is drawn below 0, where numbers have a colour of their own. */
const UNSEEN = -0.25;

/** A panel for each step over the first of the pictures `[N, 14, 14]`: all that was seen so far, as sharply as it was. */
export function panelsOf(reader: Reader, pictures: Tensor, sights: readonly Sight[]): Panel[] {
  const chances = pick(softmax(reader.read(slice(pictures, 0, 0, 1))), 0, 0).toArray() as number[][];
  return sights.map(({ corners = [] }, t) => {
    const row = chances[t] ?? [];
    const best = Math.max(...row);
    const values = grid((y, x) => {
      const seen = sights.slice(0, t + 1).flatMap((sight) => sight.at(y, x) ?? []);
      return seen.reduce((sharpest, next) => (next.blur <= sharpest.blur ? next : sharpest), NOTHING).ink;
    });
    return { values, caption: `${row.indexOf(best)} (${Math.round(100 * best)} %)`, marks: corners };
  });
}

const NOTHING = { ink: UNSEEN, blur: Number.POSITIVE_INFINITY };

function grid(value: (row: number, column: number) => number): number[][] {
  const places = Array.from({ length: SIZE }, (_, i) => i);
  return places.map((row) => places.map((column) => value(row, column)));
}

/** Row after row. */
export function rowSights(pictures: Tensor): Sight[] {
  const inks = pick(pictures, 0, 0).toArray() as number[][];
  return inks.map((inks, t) => ({ at: (row, column) => (row === t ? { ink: inks[column] ?? 0, blur: 0 } : null) }));
}

/** Square after square. */
export function glimpseSights(pictures: Tensor): Sight[] {
  const inks = pick(pictures, 0, 0).toArray() as number[][];
  const inside = (place: number, start: number): boolean => place >= start && place < start + GLIMPSE;
  return STARTS.flatMap((top) =>
    STARTS.map((left): Sight => {
      const at: Sight['at'] = (row, column) =>
        inside(row, top) && inside(column, left) ? { ink: inks[row]?.[column] ?? 0, blur: 0 } : null;
      return { at };
    }),
  );
}

/** Window after window: each pixel in it as the point of the window that is nearest. */
export function lookSights(cell: GlimpseCell, pictures: Tensor): Sight[] {
  const states = traceStates(cell, pictureAgain(slice(pictures, 0, 0, 1)));
  const windows = pick(states.window, 0, 0).toArray() as [number, number, number][];
  const glimpses = pick(states.glimpse, 0, 0).toArray() as number[][][];
  return windows.map(([x, y, distance], t): Sight => {
    const half = (cell.windowSize - 1) / 2;
    const nearest = (place: number, middle: number): number => Math.round((place - middle) / distance + half);
    const at: Sight['at'] = (row, column) => {
      const ink = glimpses[t]?.[nearest(row, y)]?.[nearest(column, x)];
      return ink === undefined ? null : { ink, blur: distance };
    };
    return { at, corners: cornersOf(x, y, half * distance) };
  });
}

/** Of a window around a middle; those outside the picture are drawn at its edge. */
function cornersOf(x: number, y: number, reach: number): PanelMark[] {
  const within = (place: number): number => Math.min(SIZE - 1, Math.max(0, Math.round(place)));
  return [y - reach, y + reach].flatMap((row) =>
    [x - reach, x + reach].map((column): PanelMark => {
      return { row: within(row), column: within(column), symbol: 'circle', color: '#e8590c' };
    }),
  );
}

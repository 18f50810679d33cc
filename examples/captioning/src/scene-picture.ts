/** Where a network looks while it describes a scene. */
import type { Tensor } from '@unroll/core';
import { SCENE_COLOURS, SCENE_SHAPES, type Scenes } from '@unroll/data/synthetic';
import { type Panel, type PanelMark, panels } from '@unroll/viz';
import { type LookingCaptioner, looksAt } from './attention.js';

/** By the names of {@link SCENE_COLOURS}, as they look on light and dark pages. */
const COLORS: Readonly<Record<string, string>> = {
  red: '#e5404a',
  green: '#2ea05a',
  blue: '#3b82e0',
  yellow: '#e9b50b',
};

/** Rows and columns of a scene. */
const SIZE = 4;

/** The only scene once for each word of its caption, with the weights of its places. */
export function scenePicture(model: LookingCaptioner, scene: Scenes): string {
  const { ids, vocabulary } = scene.captions;
  const [looks = []] = looksAt(model, scene);
  const marks = marksOf(scene.places);
  const lines: Panel[][] = [];
  for (const [t, id] of ids.data.entries()) {
    const word = vocabulary.words[id] ?? '';
    if (word === 'a') lines.push([]); // a line for each shape
    lines.at(-1)?.push({ values: rowsOf(looks[t] ?? []), caption: id === vocabulary.endId ? 'the end' : word, marks });
  }
  return panels(
    lines.map((line) => ({ panels: line })),
    { title: 'Where the network looks, word by word' },
  );
}

function rowsOf(weights: readonly number[]): number[][] {
  return Array.from({ length: SIZE }, (_, row) => weights.slice(row * SIZE, (row + 1) * SIZE));
}

function marksOf(places: Tensor): PanelMark[] {
  const [scene = []] = places.toArray() as number[][][];
  return scene.flatMap(([colour = 0, shape = 0, row = 0, column = 0]) => {
    if (colour === 0) return [];
    const symbol = SCENE_SHAPES[shape] as PanelMark['symbol']; // they have the same names
    return [{ row, column, symbol, color: COLORS[SCENE_COLOURS[colour] ?? ''] ?? '' }];
  });
}

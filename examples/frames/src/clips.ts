/** Video: what each frame of a clip shows, and where it goes. */
import {
  add,
  broadcastTo,
  concat,
  expandDims,
  flip,
  pick,
  Rng,
  slice,
  softmax,
  type Tensor,
  tensor,
} from '@unroll/core';
import { batches } from '@unroll/data';
import { MOVING_DIRECTIONS, MOVING_SHAPES, type MovingShapes, movingShapes } from '@unroll/data/synthetic';
import { crossEntropy } from '@unroll/nn';
import { type PanelLine, panels } from '@unroll/viz';
import { ClipNetwork, type Seen } from './clip-network.js';
import { type LearnOptions, learn } from './learn.js';
import { shareRight } from './right.js';

const SIZE = 16;

/** Which clips, and how large a network. */
export interface ClipOptions extends LearnOptions {
  readonly steps: number;
  readonly batch: number;
  readonly hidden: number;
}

/** A network that has learnt, and shares of unseen clips that it gets right. */
export interface ClipResult {
  readonly network: ClipNetwork;
  /** Of all frames, what they show. */
  readonly shapes: number;
  /** Where the clip goes, after each frame. */
  readonly directions: readonly number[];
  /** Of the clips shown from the last frame to the first, where the answer at the end is the opposite. */
  readonly backwards: number;
}

/** Learns from clips that are drawn anew for each update. */
export function learnClips(
  name: string,
  remembers: boolean,
  seed: number,
  options: ClipOptions,
  unseen: MovingShapes,
): ClipResult {
  const { steps, batch, hidden } = options;
  const rng = new Rng(seed);
  const network = new ClipNetwork(SIZE, remembers, hidden, rng);
  learn(`${name}, seed ${seed}`, network.parameters(), options, () => {
    const { frames, shapes, directions } = movingShapes({ count: batch, steps, size: SIZE, rng });
    const scores = network.forward(frames);
    return add(crossEntropy(scores.shapes, shapes), crossEntropy(scores.directions, everyFrame(directions, steps)));
  });
  return { network, ...examine(network, unseen) };
}

/** Clips that nobody learnt from. */
export function unseenClips(count: number, steps: number): MovingShapes {
  return movingShapes({ count, steps, size: SIZE, rng: new Rng(1_000) });
}

/** A clip's label as that of each of its frames: `[N]` → `[N, T]`. */
function everyFrame(labels: Tensor, steps: number): Tensor {
  return broadcastTo(expandDims(labels, 1), [labels.size, steps]);
}

function examine(network: ClipNetwork, { frames, shapes, directions }: MovingShapes): Omit<ClipResult, 'network'> {
  const steps = frames.shape[1] as number;
  const scores = scoresOf(network, frames);
  const back = scoresOf(network, flip(frames, 1));
  const opposites = tensor(directions.data.map((direction) => (direction + 2) % MOVING_DIRECTIONS.length));
  return {
    shapes: shareRight(scores.shapes, shapes),
    directions: Array.from({ length: steps }, (_, t) => shareRight(pick(scores.directions, 1, t), directions)),
    backwards: shareRight(pick(back.directions, 1, steps - 1), opposites),
  };
}

/** Of many clips, some at a time: all their patches together would take gigabytes. */
function scoresOf(network: ClipNetwork, frames: Tensor): Seen {
  const parts = Array.from(batches({ frames }, { size: 100 }), (part) => network.forward(part.frames));
  return {
    shapes: concat(parts.map(({ shapes }) => shapes)),
    directions: concat(parts.map(({ directions }) => directions)),
  };
}

/** How sure a network has to be of a direction before the picture says it. */
const SURE = 0.8;
const ARROWS = ['→', '↓', '←', '↑'];

/** The first clip in each direction, and what a network says of it frame by frame. */
export function clipPicture(network: ClipNetwork, { frames, directions }: MovingShapes): string {
  const lines = MOVING_DIRECTIONS.map((name, direction): PanelLine => {
    const n = directions.data.indexOf(direction);
    const clip = slice(frames, 0, n, n + 1);
    const scores = network.forward(clip);
    const shapes = pick(softmax(scores.shapes), 0, 0).toArray() as number[][];
    const ways = pick(softmax(scores.directions), 0, 0).toArray() as number[][];
    const pictures = pick(clip, 0, 0).toArray() as number[][];
    return {
      name,
      panels: pictures.map((pixels, t) => {
        const shape = MOVING_SHAPES[likeliest(shapes[t] ?? [])] ?? '';
        const way = likeliest(ways[t] ?? []);
        const isSure = (ways[t]?.[way] ?? 0) > SURE;
        return { values: rowsOf(pixels), caption: `${shape} ${isSure ? ARROWS[way] : '?'}` };
      }),
    };
  });
  return panels(lines, { title: 'Clips, and what the network says after each frame: what it sees, and where it goes' });
}

function likeliest(shares: readonly number[]): number {
  return shares.indexOf(Math.max(...shares));
}

function rowsOf(pixels: readonly number[]): number[][] {
  return Array.from({ length: SIZE }, (_, row) => pixels.slice(row * SIZE, (row + 1) * SIZE));
}

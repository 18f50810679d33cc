/** Where a network looks at each word, and whether that is what it speaks of. */
import { type Tensor, type TensorTree, tensor } from '@unroll/core';
import { SCENE_COLOURS, SCENE_SHAPES, type Scenes } from '@unroll/data/synthetic';
import { attentionWeights } from '@unroll/nn';
import type { Captioner } from './captioner.js';

/** A network whose state says how its last step looked. */
export type LookingCaptioner = Captioner<TensorTree & { readonly weights: Tensor }>;

/** The weights of all places, `[N][T][P]`, while each word of the captions `[N, T]` is said. */
export function looksAt(
  model: LookingCaptioner,
  { places, captions }: Pick<Scenes, 'places' | 'captions'>,
): number[][][] {
  const { ids, vocabulary } = captions;
  const steps = ids.shape[1] as number;
  const before = Int32Array.from(ids.data, (_, i) =>
    i % steps === 0 ? vocabulary.endId : (ids.data[i - 1] as number),
  );
  const read = tensor(before, { shape: ids.shape });
  return attentionWeights(model.decoder, read, model.begin(places)).toArray() as number[][][];
}

/** The mean weight of the place that is spoken of, over all words that name a colour or a shape. */
export function weightOfNamed(
  weights: readonly (readonly (readonly number[])[])[],
  { places, captions }: Scenes,
): number {
  const scenes = places.toArray() as number[][][];
  const named = captions.texts.flatMap((text, n) => {
    const filled = (scenes[n] ?? []).flatMap(([colour], place) => (colour === 0 ? [] : [place]));
    let shape = -1;
    return text.split(' ').flatMap((word, t) => {
      if (word === 'a') shape++;
      const isName = SCENE_COLOURS.includes(word) || SCENE_SHAPES.includes(word);
      return isName ? [weights[n]?.[t]?.[filled[shape] ?? -1] ?? Number.NaN] : [];
    });
  });
  return named.reduce((sum, weight) => sum + weight, 0) / named.length;
}

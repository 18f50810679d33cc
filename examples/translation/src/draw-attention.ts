/** Where a translator looks while it writes. */
import { pick, slice, tensor } from '@unroll/core';
import { attentionWeights } from '@unroll/nn';
import { attentionMatrix } from '@unroll/viz';
import type { Side } from './pairs.js';
import type { Attending } from './translator.js';

/** A side whose ids are words or characters that can be read. */
interface Readable extends Side {
  readonly vocabulary: Side['vocabulary'] & { decode(ids: readonly number[]): string };
}

/** A picture of the weights while the translator writes what example `n` asks for: the end is ¶. */
export function drawAttention(translator: Attending, source: Readable, target: Readable, n: number): string {
  const lengths = slice(source.lengths, 0, n, n + 1);
  const values = slice(slice(source.ids, 0, n, n + 1), 1, 0, lengths.data[0]);
  const [written = new Int32Array()] = translator.write({ values, lengths }, target.ids.shape[1] as number);
  // A step that writes a token has read the one before it, the first step 0.
  const read = tensor([0, ...written], { shape: [1, written.length + 1], dtype: 'int32' });
  const weights = attentionWeights(translator.decoder, read, translator.read({ values, lengths }));
  return attentionMatrix(pick(weights, 0, 0).toArray() as number[][], {
    title: 'Where the decoder looks',
    source: namesOf(source, values.data),
    target: namesOf(target, [...written, 0]),
  });
}

function namesOf({ vocabulary }: Readable, ids: ArrayLike<number>): string[] {
  return Array.from(ids, (id) => (id === 0 ? '¶' : vocabulary.decode([id])));
}

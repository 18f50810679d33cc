/** What a judge thinks of a review while it reads. */
import { sigmoid } from '@unroll/core';
import { padSequences } from '@unroll/data';
import * as synthetic from '@unroll/data/synthetic';
import { characterHeatMap } from '@unroll/viz';
import type { Judge } from './models.js';

/** Of each text, whose words must be those of the grammar: from −1, certainly bad, to 1, certainly good. */
export function opinionsOf(judge: Judge, texts: readonly string[]): readonly number[] {
  const ids = texts.map((text) => Int32Array.from(text.split(' '), (word) => synthetic.REVIEW_WORDS.indexOf(word)));
  const { values: x, lengths } = padSequences(ids);
  return Array.from(sigmoid(judge.forward({ x, lengths })).data, (good) => 2 * good - 1);
}

/** How much an opinion changes at most when a text is read alone, without padding. */
export function changeByPadding(judge: Judge, texts: readonly string[]): number {
  const together = opinionsOf(judge, texts);
  return Math.max(...texts.map((text, n) => Math.abs((opinionsOf(judge, [text])[0] ?? 0) - (together[n] ?? 0))));
}

/** Texts, one a line, each word on the colour of what the judge would say if the text ended after it. */
export function drawOpinions(judge: Judge, texts: readonly string[], title: string): string {
  const values = texts.flatMap((text) => {
    const words = text.split(' ');
    const opinions = opinionsOf(
      judge,
      words.map((_, t) => (t + 1 < words.length ? `${words.slice(0, t + 1).join(' ')} .` : text)),
    );
    const ofCharacters = words.flatMap((word, t) => [...`${word} `].map(() => opinions[t] ?? 0));
    return [...ofCharacters.slice(0, -1), 0]; // the end of the line says nothing
  });
  return characterHeatMap(`${texts.join('\n')}\n`, values, { title });
}

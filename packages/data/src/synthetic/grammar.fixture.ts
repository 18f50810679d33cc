/** What holds for the strings of every grammar. */
import { expect } from 'vitest';
import type { GrammarStrings } from './grammar-strings.js';

/** Expects the tensors to say what the texts do. */
export function expectTensorsToSpell(
  { strings, x, y, lengths, mask, legal }: GrammarStrings,
  alphabet: readonly string[],
): void {
  const steps = Math.max(...strings.map(({ length }) => length - 1));
  const padded = (ids: readonly number[], pad: number): number[] => [
    ...ids,
    ...new Array<number>(steps - ids.length).fill(pad),
  ];
  const ids = strings.map((text) => [...text].map((symbol) => alphabet.indexOf(symbol)));
  expect(x.toArray()).toEqual(ids.map((row) => padded(row.slice(0, -1), 0)));
  expect(y.toArray()).toEqual(ids.map((row) => padded(row.slice(1), -1)));
  expect(lengths.toArray()).toEqual(ids.map((row) => row.length - 1));
  expect(mask.toArray()).toEqual(ids.map((row) => padded(new Array<number>(row.length - 1).fill(1), 0)));
  expect([x.dtype, y.dtype, lengths.dtype]).toEqual(['int32', 'int32', 'int32']);
  expect([legal.dtype, mask.dtype]).toEqual(['float32', 'float32']);
  expect(legal.shape).toEqual([strings.length, steps, alphabet.length]);
}

/** For each beginning of a string, what may follow it according to `legal`, as sorted symbols. */
export function legalByPrefix(
  { strings, legal }: Pick<GrammarStrings, 'strings' | 'legal'>,
  alphabet: readonly string[],
): Map<string, string> {
  const [, steps = 0, width = 0] = legal.shape;
  const flags = legal.data;
  const found = new Map<string, string>();
  const wrong: string[] = [];
  strings.forEach((text, n) => {
    for (let t = 0; t < steps; t++) {
      const start = (n * steps + t) * width;
      const next = alphabet.filter((_, symbol) => flags[start + symbol] === 1);
      const said = next.sort().join('');
      const prefix = text.slice(0, t + 1);
      const padding = t >= text.length - 1;
      if (padding ? said !== '' : (found.get(prefix) ?? said) !== said) wrong.push(`${prefix}: ${said}`);
      if (!padding) found.set(prefix, said);
    }
  });
  expect(wrong).toEqual([]); // the same beginning has the same ways on, and padding has none
  return found;
}

/** For each beginning of a string that came often enough to show all its ways on, the symbols that followed it. */
export function observedByPrefix(strings: readonly string[], often: number): Map<string, string> {
  const counts = new Map<string, { count: number; next: Set<string> }>();
  for (const text of strings) {
    for (let t = 1; t < text.length; t++) {
      const prefix = text.slice(0, t);
      const seen = counts.get(prefix) ?? { count: 0, next: new Set<string>() };
      seen.count += 1;
      seen.next.add(text.charAt(t));
      counts.set(prefix, seen);
    }
  }
  const frequent = [...counts].filter(([, { count }]) => count >= often);
  return new Map(frequent.map(([prefix, { next }]) => [prefix, [...next].sort().join('')]));
}

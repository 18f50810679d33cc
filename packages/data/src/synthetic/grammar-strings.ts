/** Strings of a grammar, read symbol by symbol, with everything that may follow at each step. */
import { lengthsToMask, type Tensor, tensor } from '@unroll/core';
import { padSequences } from '../pad-sequences.js';

/** Strings of a grammar of V symbols, to be predicted: at each step but the last, what comes next. */
export interface GrammarStrings {
  /** The strings as text. */
  readonly strings: readonly string[];
  /** int32 `[N, T]`: the symbol seen, then 0 in the padding. */
  readonly x: Tensor;
  /** int32 `[N, T]`: the symbol that came next, then −1, for `crossEntropy(logits, y, { ignoreIndex: -1 })`. */
  readonly y: Tensor;
  /** float32 `[N, T, V]`: 1 for each symbol that might have come next, 0 for others; what `binaryCrossEntropy` takes. */
  readonly legal: Tensor;
  /** int32 `[N]`: steps of each string, one less than its symbols. */
  readonly lengths: Tensor;
  /** float32 `[N, T]`: 1 for steps, 0 for padding. */
  readonly mask: Tensor;
}

/** One way through a grammar. */
export interface Derivation {
  readonly symbols: readonly number[];
  /** For each place, the symbols that might stand there after those before it. */
  readonly legal: readonly (readonly number[])[];
}

/** The tensors of derivations, whose symbols are places in `alphabet`. */
export function grammarStrings(derivations: readonly Derivation[], alphabet: readonly string[]): GrammarStrings {
  const { values: x, lengths } = padSequences(derivations.map(({ symbols }) => Int32Array.from(symbols.slice(0, -1))));
  const { values: y } = padSequences(
    derivations.map(({ symbols }) => Int32Array.from(symbols.slice(1))),
    { value: -1 },
  );
  const steps = x.shape[1] as number;
  const flags = new Float32Array(derivations.length * steps * alphabet.length);
  derivations.forEach(({ legal }, n) => {
    legal.slice(1).forEach((next, t) => {
      for (const symbol of next) flags[(n * steps + t) * alphabet.length + symbol] = 1;
    });
  });
  return {
    strings: derivations.map(({ symbols }) => textOf(symbols, alphabet)),
    x,
    y,
    legal: tensor(flags, { shape: [derivations.length, steps, alphabet.length] }),
    lengths,
    mask: lengthsToMask(lengths, steps),
  };
}

export function textOf(symbols: readonly number[], alphabet: readonly string[]): string {
  return symbols.map((symbol) => alphabet[symbol]).join('');
}

/** The Reber grammar, alone, embedded in itself, and without end. */
import { checkSize, type Rng, type Tensor, tensor } from '@unroll/core';
import { drawExamples } from './draw-examples.js';
import { type Derivation, type GrammarStrings, grammarStrings, textOf } from './grammar-strings.js';
import { checkSynthetic, type DistinctOptions, type SyntheticOptions } from './options.js';

/** The symbols of the Reber grammars; id `i` is the i-th. */
export const REBER_SYMBOLS: readonly string[] = ['B', 'T', 'P', 'S', 'X', 'V', 'E'];

const [B, T, P, S, X, V, E] = [0, 1, 2, 3, 4, 5, 6];

/** From each state the symbols that lead on, and where to. The last state is the end. */
const WAYS: readonly (readonly (readonly [symbol: number, next: number])[])[] = [
  [[B, 1]],
  [
    [T, 2],
    [P, 3],
  ],
  [
    [S, 2],
    [X, 4],
  ],
  [
    [T, 3],
    [V, 5],
  ],
  [
    [X, 3],
    [S, 6],
  ],
  [
    [P, 4],
    [V, 6],
  ],
  [[E, 7]],
];
const LEGAL: readonly (readonly number[])[] = WAYS.map((ways) => ways.map(([symbol]) => symbol));

/** Strings of an embedded grammar, which repeat their second symbol as the last but one. */
export interface EmbeddedReberStrings extends GrammarStrings {
  /** float32 `[N, T]`: 1 at the steps whose next symbol has to be remembered. */
  readonly recall: Tensor;
}

/** Options of {@link continualReber}. */
export interface ContinualReberOptions extends SyntheticOptions {
  /** How long each stream is. */
  readonly steps: number;
}

/** Streams, to be predicted. */
export type ContinualReber = Omit<EmbeddedReberStrings, 'lengths' | 'mask'>;

/**
 * How many embedded strings are told right at every step by who knows the grammar but forgets the second symbol; of a
 * stream, how many of the steps that `recall` marks.
 */
export const EMBEDDED_REBER_BASELINE: number = 1 / 2;

/**
 * The cross-entropy of {@link continualReber} over a long time. An embedded string has 12 symbols on average; 7 of them
 * are a choice of two, and who does not remember takes the last but one for another.
 *
 * Units: nats a step.
 */
export const CONTINUAL_REBER_BASELINES: { readonly remembering: number; readonly forgetting: number } = {
  remembering: (7 * Math.LN2) / 12,
  forgetting: (8 * Math.LN2) / 12,
};

/**
 * Strings of the Reber grammar. Where two symbols may follow, each does with probability 1/2; a string has 8 symbols on
 * average, and 5 at least. `predictsLegal` scores a prediction.
 *
 * Shapes: x and y `[count, T]`, legal `[count, T, 7]`, `T + 1` being the symbols of the longest string.
 * Errors: `ValueError` for options that are unknown or wrong, or more distinct strings than can be found.
 * @source A. S. Reber, "Implicit learning of artificial grammars", Journal of Verbal Learning and Verbal Behavior 6,
 * 1967
 * @source A. Cleeremans, D. Servan-Schreiber, J. L. McClelland, "Finite state automata and simple recurrent networks",
 * Neural Computation 1, 1989
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { strings } = synthetic.reber({ count: 3, rng: new Rng(1) });
 * strings; // ['BTXXVVE', 'BTXSE', 'BPTVPSE']
 * ```
 */
export function reber(options: DistinctOptions): GrammarStrings {
  const op = 'synthetic.reber';
  checkSynthetic(op, options, ['distinct']);
  return grammarStrings(draw(op, options, derive), REBER_SYMBOLS);
}

/**
 * Strings of the embedded Reber grammar: B, then T or P, a string of {@link reber}, the same T or P once more, and E.
 *
 * Shapes: as {@link reber}, recall `[count, T]`.
 * Errors: as {@link reber}.
 * @source S. E. Fahlman, "The recurrent cascade-correlation architecture", NIPS 3, 1991
 * @source S. Hochreiter, J. Schmidhuber, "Long short-term memory", Neural Computation 9, 1997, experiment 1
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { strings } = synthetic.embeddedReber({ count: 512, distinct: true, rng: new Rng(1) });
 * new Set(strings).size; // 512
 * ```
 */
export function embeddedReber(options: DistinctOptions): EmbeddedReberStrings {
  const op = 'synthetic.embeddedReber';
  checkSynthetic(op, options, ['distinct']);
  const derivations = draw(op, options, deriveEmbedded);
  const strings = grammarStrings(derivations, REBER_SYMBOLS);
  return { ...strings, recall: recallAt(derivations, strings.x.shape) };
}

/**
 * Streams of embedded Reber strings, one after the other, with no sign of where the state should be forgotten but the
 * symbols themselves. Cut a long one with `slice` to train with carried state.
 *
 * Shapes: x, y and recall `[count, steps]`, legal `[count, steps, 7]`.
 * Errors: `ValueError` for options that are unknown or wrong.
 * @source F. A. Gers, J. Schmidhuber, F. Cummins, "Learning to forget: continual prediction with LSTM", Neural
 * Computation 12, 2000
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { x, legal } = synthetic.continualReber({ count: 4, steps: 1000, rng: new Rng(1) });
 * x.shape; // [4, 1000]
 * legal.shape; // [4, 1000, 7]
 * ```
 */
export function continualReber(options: ContinualReberOptions): ContinualReber {
  const op = 'synthetic.continualReber';
  checkSynthetic(op, options, ['steps']);
  const { count, steps, rng } = options;
  checkSize(op, 'steps', steps);
  const streams = Array.from({ length: count }, () => deriveStream(rng, steps + 1)); // the last symbol is only a target
  const { strings, x, y, legal } = grammarStrings(streams, REBER_SYMBOLS);
  return { strings, x, y, legal, recall: recallAt(streams, x.shape) };
}

/** A derivation, and the places of symbols that had to be remembered. */
interface EmbeddedDerivation extends Derivation {
  readonly recall: readonly number[];
}

function draw<D extends Derivation>(op: string, options: DistinctOptions, derivation: (rng: Rng) => D): D[] {
  const { rng } = options;
  return drawExamples(
    op,
    options,
    () => derivation(rng),
    ({ symbols }) => textOf(symbols, REBER_SYMBOLS),
  );
}

function derive(rng: Rng): Derivation {
  const symbols: number[] = [];
  const legal: (readonly number[])[] = [];
  let state = 0;
  for (let ways = WAYS[state]; ways !== undefined; ways = WAYS[state]) {
    const [symbol, next] = ways[rng.integer(ways.length)] as readonly [number, number];
    symbols.push(symbol);
    legal.push(LEGAL[state] as readonly number[]);
    state = next;
  }
  return { symbols, legal };
}

function deriveEmbedded(rng: Rng): EmbeddedDerivation {
  const outer = rng.integer(2) === 0 ? T : P;
  const inner = derive(rng);
  const symbols = [B, outer, ...inner.symbols, outer, E];
  return { symbols, legal: [[B], [T, P], ...inner.legal, [outer], [E]], recall: [symbols.length - 2] };
}

function deriveStream(rng: Rng, length: number): EmbeddedDerivation {
  const symbols: number[] = [];
  const legal: (readonly number[])[] = [];
  const recall: number[] = [];
  while (symbols.length < length) {
    const next = deriveEmbedded(rng);
    recall.push(...next.recall.map((place) => symbols.length + place));
    symbols.push(...next.symbols);
    legal.push(...next.legal);
  }
  return {
    symbols: symbols.slice(0, length),
    legal: legal.slice(0, length),
    recall: recall.filter((place) => place < length),
  };
}

/** 1 at the steps before the places to be remembered. */
function recallAt(derivations: readonly EmbeddedDerivation[], shape: readonly number[]): Tensor {
  const steps = shape[1] as number;
  const flags = new Float32Array(derivations.length * steps);
  derivations.forEach(({ recall }, n) => {
    for (const place of recall) flags[n * steps + place - 1] = 1;
  });
  return tensor(flags, { shape });
}

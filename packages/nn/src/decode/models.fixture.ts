/** Small models to decode with, and what they write said again in plain loops over numbers. */
import {
  gather,
  mapTensors,
  oneHot,
  Parameter,
  Rng,
  randn,
  slice,
  type Tensor,
  type TensorTree,
  tensor,
} from '@unroll/core';
import fc from 'fast-check';
import { Linear } from '../layers/linear.js';
import { Module } from '../module.js';
import { GRUCell, type GRUState } from '../recurrent/cells/index.js';
import type { TokenModel } from './token-model.js';

/** The same examples in every run; a new seed now and then finds new ones. */
export const RUNS = { seed: 20, numRuns: 60 } as const;

export const seeds: fc.Arbitrary<number> = fc.nat(1_000_000);

/** A language model with random weights, large enough that what it writes depends on all that it has read. */
export class LanguageModel extends Module implements TokenModel<GRUState> {
  readonly vocabularySize: number;
  readonly cell: GRUCell;
  readonly head: Linear;
  readonly dtype: 'float32' | 'float64';

  constructor(vocabularySize: number, seed: number, dtype: 'float32' | 'float64' = 'float64') {
    super();
    const rng = new Rng(seed);
    this.vocabularySize = vocabularySize;
    this.dtype = dtype;
    this.cell = new GRUCell({ inputSize: vocabularySize, hiddenSize: 4, rng, dtype });
    this.head = new Linear({ inputSize: 4, outputSize: vocabularySize, rng, dtype });
    for (const parameter of this.parameters()) {
      parameter.assign(
        tensor(
          randn(parameter.shape, { rng }).data.map((draw) => 1.5 * draw),
          { shape: parameter.shape, dtype },
        ),
      );
    }
  }

  step(ids: Tensor, state: GRUState): { readonly logits: Tensor; readonly state: GRUState } {
    const next = this.cell.step(oneHot(ids, this.vocabularySize, { dtype: this.dtype }), state);
    return { logits: this.head.forward(next.output), state: next.state };
  }

  /** Random, so that no two sequences of a batch are alike. */
  randomState(batch: number, seed: number): GRUState {
    return { h: randn([batch, 4], { rng: new Rng(seed), dtype: this.dtype }) };
  }
}

/** Knows nothing but the last token: row i of the table scores what follows i. */
export function tableModel(table: readonly (readonly number[])[]): TokenModel<null> & { readonly table: Parameter } {
  const scores = new Parameter(tensor(table));
  return {
    table: scores,
    vocabularySize: scores.shape[1] as number,
    step: (ids) => ({ logits: gather(scores, ids), state: null }),
  };
}

/** Sequence n of a batch. */
export function rowOf<State extends TensorTree>(state: State, n: number): State {
  return mapTensors(state, (part) => slice(part, 0, n, n + 1));
}

/** What may be written, in plain words. */
export interface PlainLimits {
  readonly maxLength: number;
  readonly end?: number;
  readonly minLength?: number;
  readonly noRepeat?: number;
}

export interface PlainHypothesis {
  readonly ids: readonly number[];
  readonly ended: boolean;
  readonly logProbability: number;
  readonly score: number;
}

/** A hypothesis with what the model knows after it. */
interface Open<State> {
  readonly ids: readonly number[];
  readonly logProbability: number;
  readonly next: number;
  readonly state: State;
}

/** All ways in which one token more can be written, in the order of ids. */
function continuations<State extends TensorTree>(
  model: TokenModel<State>,
  { ids, logProbability, next, state }: Open<State>,
  { end, minLength = 0, noRepeat }: PlainLimits,
): (Open<State> & { readonly ended: boolean })[] {
  const step = model.step(tensor([next], { dtype: 'int32' }), state);
  const logits = Array.from(step.logits.data);
  const total = logits.reduce((sum, score) => sum + Math.exp(score), 0);
  const isRepeated = (longer: readonly number[]): boolean => {
    if (noRepeat === undefined) return false;
    const grams = longer.map((_, i) => longer.slice(i, i + noRepeat)).filter((gram) => gram.length === noRepeat);
    return new Set(grams.map(String)).size < grams.length;
  };
  return logits.flatMap((score, id) => {
    const ended = id === end;
    const longer = ended ? ids : [...ids, id];
    if (score === -Infinity || (ended && ids.length < minLength) || isRepeated(longer)) return [];
    return [
      { ids: longer, ended, logProbability: logProbability + score - Math.log(total), next: id, state: step.state },
    ];
  });
}

/** Beam search that never stops early, for one sequence: Sutskever's, step by step. With endless beams it is all of them. */
export function plainSearch<State extends TensorTree>(
  model: TokenModel<State>,
  state: State,
  begin: number,
  limits: PlainLimits,
  divisor: (length: number) => number,
  beams: number = Infinity,
): PlainHypothesis[] {
  let open: Open<State>[] = [{ ids: [], logProbability: 0, next: begin, state }];
  const finished: PlainHypothesis[] = [];
  for (let length = 1; length <= limits.maxLength; length++) {
    const kept = open
      .flatMap((hypothesis) => continuations(model, hypothesis, limits))
      .sort((a, b) => b.logProbability - a.logProbability)
      .slice(0, beams);
    const isDone = ({ ended }: { readonly ended: boolean }): boolean => ended || length === limits.maxLength;
    for (const { ids, ended, logProbability } of kept.filter(isDone)) {
      finished.push({ ids, ended, logProbability, score: logProbability / divisor(length) });
    }
    open = kept.filter((hypothesis) => !isDone(hypothesis));
  }
  return finished.sort((a, b) => b.score - a.score);
}

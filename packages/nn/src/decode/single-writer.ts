/** Writing one sequence, one token after the other, without looking back. */
import type { TensorData } from '@unroll/core';
import { type Limits, nothingLeft, ruleOut } from './limits.js';
import type { Continuation, Scores, Writer, Written } from './write.js';

/** Writes what `choose` says: the place of a score, or −1 where all are −∞. */
export class SingleWriter implements Writer<Written> {
  readonly #op: string;
  readonly #sequence: number;
  readonly #limits: Limits;
  readonly #choose: (scores: TensorData) => number;
  readonly #ids: number[] = [];
  #ended = false;
  #logProbability = 0;

  constructor(op: string, sequence: number, limits: Limits, choose: (scores: TensorData) => number) {
    this.#op = op;
    this.#sequence = sequence;
    this.#limits = limits;
    this.#choose = choose;
  }

  advance([scores]: readonly Scores[]): readonly Continuation[] {
    const { values, normaliser } = scores as Scores;
    ruleOut(values, this.#ids, this.#limits);
    const id = this.#choose(values);
    if (id < 0) throw nothingLeft(this.#op, this.#sequence, this.#ids.length);
    this.#logProbability += (values[id] as number) - normaliser;
    this.#ended = id === this.#limits.end;
    if (this.#ended) return [];
    this.#ids.push(id);
    return this.#ids.length === this.#limits.maxLength ? [] : [{ row: 0, id }];
  }

  result(): Written {
    return { ids: Int32Array.from(this.#ids), ended: this.#ended, logProbability: this.#logProbability };
  }
}

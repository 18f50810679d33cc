/** What the steps of `decode` read. */
import { defaultRng, type Rng, type Tensor, type TensorData, type TensorTree, tensor, ValueError } from '@unroll/core';
import type { Lengths, RealSteps } from '../recurrent/lengths.js';
import { draw, likeliest } from './choose.js';
import { inStep, readScores } from './model-steps.js';
import type { TokenIds } from './token-ids.js';

/** A probability for all steps, or a function of the step. */
export type StepProbability = number | ((step: number) => number);

/** Options of {@link decode}. */
export interface DecodeOptions<State> {
  /** Before the first step. */
  readonly state: State;
  /** What the first step reads: one id for all sequences, or one for each. */
  readonly begin: number | TokenIds;
  /**
   * The probability with which a step reads the true last token; otherwise it reads the model's own. 1 unless given,
   * which is teacher forcing; 0 is free running. As a function it is asked for each step from 1 on.
   */
  readonly teacherForcing?: StepProbability | undefined;
  /** How the model's own token is chosen: drawn from the softmax of its logits, or the likeliest. `'sample'` unless given. */
  readonly choose?: 'sample' | 'argmax' | undefined;
  /** How many targets of each sequence are real; all of them unless given. The others are padding. */
  readonly lengths?: Lengths | undefined;
  /** Decides and draws, for each sequence by a generator split from it; `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
}

/** Finds the input of each step. */
export class Feed {
  readonly #model: object;
  readonly #first: Int32Array;
  readonly #truth: TensorData;
  readonly #steps: number;
  readonly #real: RealSteps | null;
  readonly #probability: StepProbability;
  readonly #choose: (scores: TensorData, rng: Rng) => number;
  readonly #rng: Rng;
  /** One for each sequence, so that none depends on the others; null before the first is needed. */
  #generators: readonly Rng[] | null = null;

  /** Targets `[N, T]`, and what step 0 reads. Errors: `ValueError` for bad options. */
  constructor(
    model: object,
    targets: Tensor,
    first: Int32Array,
    real: RealSteps | null,
    {
      teacherForcing = 1,
      choose = 'sample',
      rng = defaultRng(),
    }: Pick<DecodeOptions<TensorTree>, 'teacherForcing' | 'choose' | 'rng'>,
  ) {
    if (typeof teacherForcing !== 'function') checkProbability(teacherForcing, 'teacherForcing');
    checkChoice(choose);
    this.#model = model;
    this.#first = first;
    this.#truth = targets.data;
    this.#steps = targets.shape[1] as number;
    this.#real = real;
    this.#probability = teacherForcing;
    this.#choose = choose === 'argmax' ? likeliest : (scores, own) => draw(scores, { temperature: 1 }, own);
    this.#rng = rng;
  }

  /** All inputs `[N, T]`, where they are known before anything runs; null where they are not. */
  forced(): Tensor | null {
    if (this.#probability !== 1) return null;
    const columns = Array.from({ length: this.#steps }, (_, t) => this.#truthAt(t));
    const inputs = Int32Array.from(this.#truth, (_, i) => columns[i % this.#steps]?.[Math.floor(i / this.#steps)] ?? 0);
    return tensor(inputs, { shape: [this.#first.length, this.#steps] });
  }

  /** One id for each sequence, given the logits of the step before. */
  idsAt(t: number, logits: Tensor | undefined): Int32Array {
    const truth = this.#truthAt(t);
    if (logits === undefined) return truth;
    const probability = this.#probabilityAt(t);
    let rows: readonly TensorData[] | null = null;
    return truth.map((id, n) => {
      if (!this.#isReal(n, t) || this.#takesTruth(n, probability)) return id;
      rows ??= inStep(this.#model, t - 1, () => readScores('decode', logits));
      return this.#choose(rows[n] as TensorData, this.#generator(n));
    });
  }

  /** The true last tokens, 0 in the padding. */
  #truthAt(t: number): Int32Array {
    if (t === 0) return this.#first;
    return this.#first.map((_, n) => (this.#isReal(n, t) ? (this.#truth[n * this.#steps + t - 1] as number) : 0));
  }

  #isReal(n: number, t: number): boolean {
    return this.#real === null || this.#real.flags[n * this.#steps + t] === 1;
  }

  /** Decided at random only where it is open. */
  #takesTruth(n: number, probability: number): boolean {
    return probability === 1 || (probability > 0 && this.#generator(n).uniform() < probability);
  }

  #probabilityAt(t: number): number {
    if (typeof this.#probability !== 'function') return this.#probability;
    const probability = this.#probability(t);
    checkProbability(probability, `teacherForcing(${t})`);
    return probability;
  }

  #generator(n: number): Rng {
    this.#generators ??= Array.from(this.#first, () => this.#rng.split());
    return this.#generators[n] as Rng;
  }
}

function checkProbability(probability: number, name: string): void {
  if (probability >= 0 && probability <= 1) return;
  throw new ValueError({
    op: 'decode',
    what: `${name} is ${probability}`,
    rule: 'it is the probability of reading the true last token, from 0 to 1',
    mend: 'Pass such a number, or a function that answers with one for each step',
  });
}

function checkChoice(choose: string): void {
  if (choose === 'sample' || choose === 'argmax') return;
  throw new ValueError({
    op: 'decode',
    what: `choose is '${choose}'`,
    rule: "the model's own token is chosen by 'sample' or by 'argmax'",
    mend: 'Pass one of them',
  });
}

/**
 * Random numbers with the same bits on every engine: the generator is pure-rand's xoroshiro128+, and
 * the normal distribution is reached with our own logarithm, since engines' differ in their last bits.
 */
import { elementary } from '@unroll/kernels';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { checkSize, ValueError } from './errors.js';

/** Everything that a generator is, as plain data for a checkpoint. */
export interface RngState {
  readonly words: readonly number[];
  /** The second of a pair of normal draws, not handed out yet. */
  readonly spareNormal: number | null;
}

/** Spreads 32 bits over 32 bits, so that neighbouring seeds share nothing (the finalizer of MurmurHash3). */
function scramble(word: number): number {
  let bits = word | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/**
 * A seeded generator. Equal seeds give equal numbers, on every machine and engine.
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * const rng = new Rng(7);
 * rng.uniform(); // in [0, 1)
 * const other = rng.split(); // independent from here on
 * ```
 */
export class Rng {
  #generator: ReturnType<typeof xoroshiro128plusFromState>;
  #spareNormal: number | null = null;

  /** Errors: `ValueError` when the seed is not a safe integer. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed)) {
      throw new ValueError({
        op: 'new Rng',
        what: `the seed is ${seed}`,
        rule: 'a seed is a whole number between −2⁵³ and 2⁵³',
        mend: 'Pass such a number',
      });
    }
    const low = seed | 0;
    const high = Math.floor(seed / 2 ** 32) | 0;
    const words = [0x9e3779b9, 0x3c6ef372, 0xdaa66d2b, 0x78dde6e4].map((salt, i) =>
      scramble(scramble(low + salt) ^ scramble(high + i + 1)),
    );
    this.#generator = xoroshiro128plusFromState(words);
  }

  /** The generator that {@link Rng.state} described. */
  static fromState(state: RngState): Rng {
    const rng = new Rng(0);
    rng.restore(state);
    return rng;
  }

  /** 32 random bits, as a signed integer. */
  bits(): number {
    note(this);
    return this.#generator.next();
  }

  /** Evenly distributed in [0, 1), a multiple of 2⁻⁵³. */
  uniform(): number {
    note(this);
    return uniformFloat64(this.#generator);
  }

  /**
   * A whole number in [0, n), each equally likely.
   *
   * Errors: `ValueError` when n is not a whole number in [1, 2³²].
   */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) {
      throw new ValueError({
        op: 'Rng.integer',
        what: `n is ${n}`,
        rule: 'n must be a whole number from 1 to 2³²',
        mend: 'Pass how many outcomes there are',
      });
    }
    note(this);
    return uniformInt(this.#generator, 0, n - 1);
  }

  /**
   * Normally distributed with mean 0 and variance 1.
   *
   * @source G. Marsaglia, T. A. Bray, "A convenient method for generating normal variables", SIAM Review 6, 1964
   */
  normal(): number {
    note(this);
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const factor = Math.sqrt((-2 * elementary.log(s)) / s);
      this.#spareNormal = v * factor;
      return u * factor;
    }
  }

  /** The numbers 0 … n − 1 in random order (Fisher–Yates). Errors: `ValueError` when n is not a whole number ≥ 0. */
  permutation(n: number): Int32Array {
    checkSize('Rng.permutation', 'n', n, 0);
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = order[i] as number;
      order[i] = order[j] as number;
      order[j] = held;
    }
    return order;
  }

  /** A new generator that shares nothing with this one, which moves on by four draws. */
  split(): Rng {
    const words = [1, 2, 3, 4].map((salt) => scramble(this.bits() ^ scramble(salt)));
    return Rng.fromState({ words, spareNormal: null });
  }

  /** A copy of everything, to be stored. */
  state(): RngState {
    return { words: this.#generator.getState() as number[], spareNormal: this.#spareNormal };
  }

  /** Goes on where {@link Rng.state} was read. Errors: `ValueError` for anything else. */
  restore(state: RngState): void {
    const { words, spareNormal } = state;
    const integers = Array.isArray(words) && words.length === 4 && words.every((word) => word === (word | 0));
    const spare = spareNormal === null || Number.isFinite(spareNormal);
    if (!integers || words.every((word) => word === 0) || !spare) {
      throw new ValueError({
        op: 'Rng.restore',
        what: `words is [${String(words)}] and spareNormal is ${spareNormal}, which is not the state of a generator`,
        rule: 'words are four 32-bit integers, not all 0, and spareNormal is a number or null',
        mend: 'Pass what Rng.state() returned',
      });
    }
    note(this);
    this.#generator = xoroshiro128plusFromState([...words]);
    this.#spareNormal = spareNormal;
  }
}

/** For each run that will be repeated, the generators that it used and their states before. */
const watches: Map<Rng, RngState>[] = [];

/** Called before a generator moves on. */
function note(rng: Rng): void {
  if (watches.length === 0) return;
  for (const seen of watches) if (!seen.has(rng)) seen.set(rng, rng.state());
}

/** Runs `fn` and remembers in `seen` the state, before, of each generator that it uses. */
export function watchDraws<T>(seen: Map<Rng, RngState>, fn: () => T): T {
  watches.push(seen);
  try {
    return fn();
  } finally {
    watches.splice(watches.indexOf(seen), 1);
  }
}

/** Runs `fn` with the draws of an earlier run; afterwards the generators go on from where they are now. */
export function replayDraws<T>(seen: ReadonlyMap<Rng, RngState>, fn: () => T): T {
  const now = [...seen.keys()].map((rng) => [rng, rng.state()] as const);
  for (const [rng, state] of seen) rng.restore(state);
  try {
    return fn();
  } finally {
    for (const [rng, state] of now) rng.restore(state);
  }
}

const shared = new Rng(0);

/** The generator of everything that is not given one: layers, dropout, `randn`. It starts from seed 0. */
export function defaultRng(): Rng {
  return shared;
}

/** Starts {@link defaultRng} anew. */
export function manualSeed(seed: number): void {
  shared.restore(new Rng(seed).state());
}

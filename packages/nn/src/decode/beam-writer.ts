/** The search for one input: which hypotheses go on, and which are finished. */
import { type Limits, nothingLeft, ruleOut } from './limits.js';
import { Ranking } from './ranking.js';
import type { Continuation, Scores, Writer, Written } from './write.js';

/** A sequence that a search found. */
export interface Hypothesis extends Written {
  /** What it is ranked by: `logProbability`, divided by the length penalty. */
  readonly score: number;
}

/** How broad a search is. */
export interface Breadth {
  /** How many hypotheses are kept after each step. */
  readonly beams: number;
  /** How many are the result. */
  readonly best: number;
  /** What a logarithm of a probability is divided by at each length; it never falls. */
  readonly divisor: (length: number) => number;
}

/** A hypothesis that goes on. */
interface Line {
  readonly ids: readonly number[];
  readonly logProbability: number;
}

/** A hypothesis and one token more. */
interface Candidate extends Continuation {
  readonly logProbability: number;
}

export class BeamWriter implements Writer<readonly Hypothesis[]> {
  readonly #sequence: number;
  readonly #limits: Limits;
  readonly #breadth: Breadth;
  readonly #finished: Ranking<Hypothesis>;
  /** Likeliest first. */
  #lines: readonly Line[] = [{ ids: [], logProbability: 0 }];
  #length = 0;

  constructor(sequence: number, limits: Limits, breadth: Breadth) {
    this.#sequence = sequence;
    this.#limits = limits;
    this.#breadth = breadth;
    this.#finished = new Ranking(breadth.best);
  }

  advance(rows: readonly Scores[]): readonly Continuation[] {
    const candidates = this.#candidates(rows);
    if (candidates.length === 0 && this.#finished.items.length === 0) {
      throw nothingLeft('beamSearch', this.#sequence, this.#length);
    }
    this.#length += 1;
    const { end, maxLength } = this.#limits;
    const goesOn = ({ id }: Candidate): boolean => id !== end && this.#length < maxLength;
    for (const candidate of candidates) if (!goesOn(candidate)) this.#finish(candidate);
    const open = candidates.filter(goesOn);
    this.#lines = open.map((candidate) => ({
      ids: this.#idsOf(candidate),
      logProbability: candidate.logProbability,
    }));
    return this.#mayImprove() ? open : [];
  }

  result(): readonly Hypothesis[] {
    return this.#finished.items;
  }

  /** The likeliest continuations of all lines, likeliest first. */
  #candidates(rows: readonly Scores[]): readonly Candidate[] {
    const ranking = new Ranking<Candidate>(this.#breadth.beams);
    for (const [row, { values, normaliser }] of rows.entries()) {
      const line = this.#lines[row] as Line;
      ruleOut(values, line.ids, this.#limits);
      for (let id = 0; id < values.length; id++) {
        const logProbability = line.logProbability + ((values[id] as number) - normaliser);
        if (logProbability > -Infinity && ranking.admits(logProbability)) {
          ranking.offer({ row, id, logProbability }, logProbability);
        }
      }
    }
    return ranking.items;
  }

  #idsOf({ row, id }: Candidate): readonly number[] {
    return [...(this.#lines[row] as Line).ids, id];
  }

  #finish(candidate: Candidate): void {
    const { logProbability } = candidate;
    const ended = candidate.id === this.#limits.end;
    const ids = this.#idsOf(candidate);
    const score = logProbability / this.#breadth.divisor(this.#length);
    const own = Int32Array.from(ended ? ids.slice(0, -1) : ids);
    this.#finished.offer({ ids: own, ended, logProbability, score }, score);
  }

  /**
   * Whether a line can still come to be among the best. Its probability only falls and the divisor only grows, so its
   * score will be at most what it would be with this probability at maxLength.
   */
  #mayImprove(): boolean {
    const [likeliest] = this.#lines;
    if (likeliest === undefined) return false;
    return this.#finished.admits(likeliest.logProbability / this.#breadth.divisor(this.#limits.maxLength));
  }
}

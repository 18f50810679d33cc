/** The loop of everything that writes: greedy, sample and beamSearch differ in what goes on after each step. */
import { logsumexp, scratch, type TensorData, type TensorTree } from '@unroll/core';
import { batchOf, inStep, readScores, takeRows, takeStep } from './model-steps.js';
import { countOf, readBeginning } from './token-ids.js';
import type { TokenModel } from './token-model.js';
import { checkWriting, type WritingOptions } from './writing-options.js';

/** A sequence that a model wrote. */
export interface Written {
  /** Its tokens, without `end`. */
  readonly ids: Int32Array;
  /** Whether the model wrote `end`; otherwise it was cut off at maxLength. */
  readonly ended: boolean;
  /**
   * The logarithm of the probability that the model gives to these tokens, `end` included where it was written. What was
   * ruled out keeps its share in it.
   */
  readonly logProbability: number;
}

/** Scores of what may follow a sequence. */
export interface Scores {
  /** One for each token; the reader's to write into. */
  readonly values: TensorData;
  /** What makes logarithms of probabilities of them: `values[id] − normaliser`. */
  readonly normaliser: number;
}

/** How a sequence goes on: which of a writer's rows, and by which token. */
export interface Continuation {
  readonly row: number;
  readonly id: number;
}

/** What one sequence of a batch becomes. It begins with one row of the batch and may come to have several. */
export interface Writer<Result> {
  /** Takes the scores of its rows, and says which of them go on, and how; without any it is done. */
  advance(rows: readonly Scores[]): readonly Continuation[];
  result(): Result;
}

/**
 * Runs a model over a batch of sequences until all writers are done. Each step computes in scratch memory of its own,
 * rows that are done are left out of the next, and a writer sees nothing but its own rows.
 */
export function write<State extends TensorTree, Result>(
  op: string,
  model: TokenModel<State>,
  options: WritingOptions<State>,
  begin: (n: number) => Writer<Result>,
): Result[] {
  checkWriting(op, options, model.vocabularySize);
  const batch = batchOf(op, options.state) ?? countOf(op, options.begin);
  const beginnings = readBeginning(op, options.begin, batch, model.vocabularySize);
  const streams = beginnings.map((ids, n) => ({ unread: Array.from(ids.subarray(1)), writer: begin(n), rows: 1 }));
  let { state } = options;
  let ids = Int32Array.from(beginnings, ([first]) => first as number);
  for (let t = 0; ids.length > 0; t++) {
    const parents: number[] = [];
    const next: number[] = [];
    state = scratch(() => {
      const step = takeStep(op, model, ids, state, t);
      const rows = inStep(model, t, () => readScores(op, step.logits));
      const normalisers = logsumexp(step.logits, 1).data;
      const scores = rows.map((values, i) => ({ values, normaliser: normalisers[i] as number }));
      let first = 0;
      for (const stream of streams) {
        if (stream.rows === 0) continue; // done
        const unread = stream.unread.shift();
        const goesOn =
          unread === undefined
            ? stream.writer.advance(scores.slice(first, first + stream.rows))
            : [{ row: 0, id: unread }];
        for (const { row, id } of goesOn) {
          parents.push(first + row);
          next.push(id);
        }
        first += stream.rows;
        stream.rows = goesOn.length;
      }
      return takeRows(step.state, Int32Array.from(parents));
    });
    ids = Int32Array.from(next);
  }
  return streams.map(({ writer }) => writer.result());
}

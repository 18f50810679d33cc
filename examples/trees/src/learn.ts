/** Training a reader, and asking it. */
import { type Rng, softmax, Tape, tensor } from '@unroll/core';
import { bucketBatches } from '@unroll/data';
import { crossEntropy } from '@unroll/nn';
import { Adam, clipGradNorm, cosineDecay } from '@unroll/optim';
import { track } from 'example-runner';
import { type Expression, inLine } from './expression.js';
import type { Reader } from './readers.js';

/** How a reader is trained. */
export interface LearnOptions {
  readonly updates: number;
  /** Expressions for each update. */
  readonly size: number;
  readonly lr: number;
  readonly rng: Rng;
}

/** Teaches a reader what all nodes are worth that it says something about. */
export function learn(
  name: string,
  reader: Reader,
  expressions: readonly Expression[],
  { updates, size, lr, rng }: LearnOptions,
): void {
  const parameters = reader.parameters();
  const optimizer = new Adam(parameters, { lr });
  const rate = cosineDecay({ initial: lr, steps: updates });
  const tape = new Tape();
  const batches = endless(batchesOf(expressions, size, rng));
  const bar = track(name, updates);
  for (const update of bar) {
    const batch = batches.next().value;
    const loss = tape.record(() => {
      const { scores, nodes } = reader.read(batch);
      const values = tensor(Int32Array.from(nodes, (node) => node?.value ?? -1));
      return crossEntropy(scores, values, { ignoreIndex: -1 });
    });
    optimizer.zeroGrad();
    tape.backward(loss);
    clipGradNorm(parameters, 1);
    optimizer.lr = rate(update);
    optimizer.step();
    bar.note(`${loss.item().toFixed(3)} nats a node`);
  }
}

/** Batches of expressions of similar length; where there is a generator, in another order each time they are read. */
function batchesOf(expressions: readonly Expression[], size: number, rng?: Rng): Iterable<Expression[]> {
  const lines = expressions.map((expression) => Int32Array.from(inLine(expression), ({ token }) => token));
  const batches = bucketBatches(lines, { size, ...(rng && { rng }) });
  return {
    *[Symbol.iterator]() {
      for (const { indices } of batches) yield Array.from(indices, (i) => expressions[i] as Expression);
    },
  };
}

function* endless<T>(epoch: Iterable<T>): Generator<T, never> {
  for (;;) yield* epoch;
}

/** What a reader holds a node to be worth, and how sure it is. */
export interface Opinion {
  readonly value: number;
  readonly probability: number;
}

/** The opinions about all nodes that a reader says something about. */
export function opinions(reader: Reader, expressions: readonly Expression[]): Map<Expression, Opinion> {
  const found = new Map<Expression, Opinion>();
  for (const batch of batchesOf(expressions, 250)) {
    const { scores, nodes } = reader.read(batch);
    const rows = softmax(scores).toArray() as number[][];
    rows.forEach((row, i) => {
      const probability = Math.max(...row);
      const node = nodes[i] ?? null;
      if (node !== null) found.set(node, { value: row.indexOf(probability), probability });
    });
  }
  return found;
}

/** The expressions whose value a reader says. */
export function understood(reader: Reader, expressions: readonly Expression[]): ReadonlySet<Expression> {
  const found = opinions(reader, expressions);
  return new Set(expressions.filter((root) => found.get(root)?.value === root.value));
}

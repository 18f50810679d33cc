/** Three networks that read expressions: along the tree, along the line, and without any order but that of neighbours. */
import { type Rng, reshape, type Tensor } from '@unroll/core';
import { padSequences } from '@unroll/data';
import * as synthetic from '@unroll/data/synthetic';
import {
  ChildSumTreeLSTMCell,
  Embedding,
  Linear,
  LSTMCell,
  Module,
  planTrees,
  Sequential,
  sumOverTime,
  Tanh,
  unroll,
  unrollTree,
} from '@unroll/nn';
import { type Expression, inLine, isOpen } from './expression.js';

/** What a network makes of expressions. */
export interface Reading {
  /** `[M, 10]`: a score for each digit that a node may be worth. */
  readonly scores: Tensor;
  /** Which node each row is about; null for one about nothing. */
  readonly nodes: readonly (Expression | null)[];
}

/** A network that reads expressions. */
export interface Reader extends Module {
  read(expressions: readonly Expression[]): Reading;
}

/** Sizes of a reader. */
export interface ReaderOptions {
  readonly hiddenSize: number;
  readonly rng: Rng;
}

const TOKENS = synthetic.LIST_OPS_TOKENS.length;
const VALUES = 10;

/** From the leaves to the root: what a node is worth comes from the nodes below it. */
export class TreeReader extends Module implements Reader {
  readonly cell: ChildSumTreeLSTMCell;
  readonly head: Linear;

  constructor({ hiddenSize, rng }: ReaderOptions) {
    super();
    this.cell = new ChildSumTreeLSTMCell({ inputSize: TOKENS, hiddenSize, rng });
    this.head = new Linear({ inputSize: hiddenSize, outputSize: VALUES, rng });
  }

  read(expressions: readonly Expression[]): Reading {
    const plan = planTrees(expressions);
    return { scores: this.head.forward(unrollTree(this.cell, plan).states.h), nodes: plan.nodes };
  }
}

/** From left to right: what a node is worth must be known when its last token has been read. */
export class LineReader extends Module implements Reader {
  readonly cell: LSTMCell;
  readonly head: Linear;

  constructor({ hiddenSize, rng }: ReaderOptions) {
    super();
    this.cell = new LSTMCell({ inputSize: TOKENS, hiddenSize, rng });
    this.head = new Linear({ inputSize: hiddenSize, outputSize: VALUES, rng });
  }

  read(expressions: readonly Expression[]): Reading {
    const lines = expressions.map(inLine);
    const { values, lengths } = padSequences(lines.map((line) => Int32Array.from(line, ({ token }) => token)));
    const { outputs } = unroll(this.cell, values, { lengths });
    const steps = values.shape[1] ?? 0;
    const nodes = lines.flatMap((line) => Array.from({ length: steps }, (_, t) => known(line[t])));
    return { scores: this.head.forward(reshape(outputs, [nodes.length, -1])), nodes };
  }
}

/** The node that a step is about, unless it is padding or an operation whose arguments are still to come. */
function known(node: Expression | undefined): Expression | null {
  return node === undefined || isOpen(node) ? null : node;
}

/** Which tokens there are and which stand beside each other, and a feed-forward network on that: it says roots only. */
export class PairReader extends Module implements Reader {
  readonly counts: Embedding;
  readonly layers: Sequential;

  constructor({ hiddenSize, rng }: ReaderOptions) {
    super();
    this.counts = new Embedding({ vocabularySize: TOKENS + TOKENS ** 2, embeddingSize: hiddenSize, rng });
    this.layers = new Sequential(new Tanh(), new Linear({ inputSize: hiddenSize, outputSize: VALUES, rng }));
  }

  read(expressions: readonly Expression[]): Reading {
    const ids = expressions.map((expression) => {
      const tokens = inLine(expression).map(({ token }) => token);
      const pairs = tokens.slice(1).map((token, t) => TOKENS * (1 + (tokens[t] ?? 0)) + token);
      return Int32Array.from([...tokens, ...pairs]);
    });
    const { values, lengths } = padSequences(ids);
    const vectors = sumOverTime(this.counts.forward(values), { lengths });
    return { scores: this.layers.forward(vectors), nodes: expressions };
  }
}

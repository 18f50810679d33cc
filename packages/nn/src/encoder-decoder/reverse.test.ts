/** A task that tells the forms apart: writing a sequence backwards, which a context of fixed size must hold as a whole. */
import process from 'node:process';
import { argmax, Rng, Tape, type Tensor, type TensorTree, tensor, updateAdam, zerosLike } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { GeneralAttention } from '../attention/general-attention.js';
import { decode } from '../decode/decode.js';
import { greedy } from '../decode/greedy.js';
import { Embedding } from '../layers/embedding.js';
import { Linear } from '../layers/linear.js';
import { crossEntropy } from '../losses.js';
import type { Module } from '../module.js';
import { type BothWays, bidirectional } from '../recurrent/bidirectional.js';
import { GRUCell, type GRUState } from '../recurrent/cells/index.js';
import { AttentionCell } from './attention-cell.js';
import { attentionWeights } from './attention-weights.js';
import { Bridge } from './bridge.js';
import { Decoder } from './decoder.js';
import { Encoder } from './encoder.js';

/** 0 begins and ends; the symbols are 1 to 8. */
const [V, LONGEST, E, H] = [9, 7, 16, 32];

interface Batch {
  readonly source: Tensor;
  readonly lengths: readonly number[];
  readonly targets: Tensor;
  readonly steps: readonly number[];
}

function draw(rng: Rng, count: number): Batch {
  const whole = (below: number): number => Math.floor(rng.uniform() * below);
  const rows = Array.from({ length: count }, () => {
    const symbols = Array.from({ length: V - 1 }, (_, i) => i + 1);
    return Array.from({ length: 3 + whole(LONGEST - 2) }, () => symbols.splice(whole(symbols.length), 1)[0] ?? 0);
  });
  const padded = (row: readonly number[], size: number): number[] =>
    Array.from({ length: size }, (_, t) => row[t] ?? 0);
  return {
    source: tensor(
      rows.map((row) => padded(row, LONGEST)),
      { dtype: 'int32' },
    ),
    lengths: rows.map(({ length }) => length),
    targets: tensor(
      rows.map((row) => padded(row.toReversed(), LONGEST + 1)),
      { dtype: 'int32' },
    ),
    steps: rows.map(({ length }) => length + 1),
  };
}

interface Halves<State extends TensorTree, Inner extends TensorTree, Source extends TensorTree> {
  readonly encoder: Encoder<Source>;
  readonly decoder: Decoder<State, Inner, Source>;
}

function train<State extends TensorTree, Inner extends TensorTree, Source extends TensorTree>(
  { encoder, decoder }: Halves<State, Inner, Source>,
  updates: number,
): void {
  const rng = new Rng(11);
  const parameters = [encoder, decoder].flatMap((half: Module) => half.parameters());
  const states = parameters.map((p) => ({ firstMoment: zerosLike(p), secondMoment: zerosLike(p) }));
  const [beta1, beta2] = [0.9, 0.999];
  let [power1, power2] = [1, 1];
  const tape = new Tape();
  for (let update = 0; update < updates; update++) {
    const { source, lengths, targets, steps } = draw(rng, 32);
    for (const parameter of parameters) parameter.zeroGrad();
    tape.backward(
      tape.record(() => {
        const { state } = decoder.begin(encoder.forward(source, { lengths }));
        const { logits, mask } = decode(decoder, targets, { state, begin: 0, lengths: steps });
        return crossEntropy(logits, targets, { mask });
      }),
    );
    power1 *= beta1;
    power2 *= beta2;
    const settings = {
      lr: 0.01 * (1 - update / updates),
      beta1,
      beta2,
      eps: 1e-8,
      correction1: 1 - power1,
      correction2: 1 - power2,
      weightDecay: 0,
      decoupled: false,
    };
    parameters.forEach((parameter, i) => {
      updateAdam(parameter, states[i] as (typeof states)[number], settings);
    });
  }
}

/** How many of 200 new sequences are written without a mistake. */
function right<State extends TensorTree, Inner extends TensorTree, Source extends TensorTree>({
  encoder,
  decoder,
}: Halves<State, Inner, Source>): number {
  const { source, lengths, targets } = draw(new Rng(12), 200);
  const { state } = decoder.begin(encoder.forward(source, { lengths }));
  const written = greedy(decoder, { state, begin: 0, end: 0, maxLength: LONGEST + 1 });
  const wanted = targets.toArray() as unknown as number[][];
  return written.filter(({ ids }, n) => String([...ids]) === String(wanted[n]?.slice(0, lengths[n]))).length;
}

/** A training of 300 updates; on the plain loops of the reference kernels it would take minutes. */
const learns = test.skipIf(process.env.UNROLL_KERNELS === 'reference');

describe('after 300 updates, of 200 new sequences of 3 to 7 different symbols', () => {
  const rng = new Rng(1);
  const embedding = (): Embedding => new Embedding({ vocabularySize: V, embeddingSize: E, rng });
  const gru = (inputSize: number, hiddenSize = H): GRUCell => new GRUCell({ inputSize, hiddenSize, rng });
  const bothWays = (): Encoder<BothWays<GRUState>> =>
    new Encoder({ embedding: embedding(), layer: bidirectional(gru(E, H / 2), gru(E, H / 2)) });
  const head = (): Linear => new Linear({ inputSize: H, outputSize: V, rng });

  learns('attention writes all backwards, and has looked at the right places', () => {
    const cell = gru(E + H);
    const attention = new GeneralAttention({ querySize: H, memorySize: H, rng });
    const encoder = bothWays();
    const decoder = new Decoder({
      vocabularySize: V,
      embedding: embedding(),
      cell: new AttentionCell({ cell, attention, rng }),
      head: head(),
      initialState: new Bridge({ inputSize: H, cell, rng }),
    });
    train({ encoder, decoder }, 300);
    expect(right({ encoder, decoder })).toBe(200);
    const { state } = decoder.begin(encoder.forward(tensor([[3, 1, 4, 5, 2]], { dtype: 'int32' })));
    const weights = attentionWeights(decoder, tensor([[0, 2, 5, 4, 1]], { dtype: 'int32' }), state);
    expect(argmax(weights).toArray()).toEqual([[4, 3, 2, 1, 0]]);
  });

  learns('a context of fixed size, with as many units, does not', () => {
    const cell = gru(E);
    const encoder = bothWays();
    const initialState = new Bridge({ inputSize: H, cell, rng });
    const decoder = new Decoder({ vocabularySize: V, embedding: embedding(), cell, head: head(), initialState });
    train({ encoder, decoder }, 300);
    // 170 when this was written.
    expect(right({ encoder, decoder })).toBeLessThan(190);
  });
});

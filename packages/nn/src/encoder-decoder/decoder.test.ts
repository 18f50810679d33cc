import '@unroll/kernels/reference';
import {
  div,
  expandDims,
  forEachTensor,
  logSoftmax,
  mul,
  ones,
  pick,
  Rng,
  randn,
  slice,
  stack,
  sum,
  Tape,
  type Tensor,
  type TensorTree,
  tensor,
  zeros,
} from '@unroll/core';
import { gradcheck } from '@unroll/core/testing';
import { describe, expect, test } from 'vitest';
import { AdditiveAttention } from '../attention/additive-attention.js';
import type { Attention } from '../attention/attention.js';
import { DotAttention } from '../attention/dot-attention.js';
import { GeneralAttention } from '../attention/general-attention.js';
import { readMemory } from '../attention/memory.js';
import { beamSearch } from '../decode/beam-search.js';
import { decode } from '../decode/decode.js';
import type { TokenModel } from '../decode/token-model.js';
import { Embedding } from '../layers/embedding.js';
import { Linear } from '../layers/linear.js';
import { crossEntropy } from '../losses.js';
import { Module } from '../module.js';
import { type BothWays, bidirectional } from '../recurrent/bidirectional.js';
import { GRUCell, type GRUState, LSTMCell } from '../recurrent/cells/index.js';
import { withParameters } from '../with-parameters.js';
import { AttentionCell } from './attention-cell.js';
import { Bridge } from './bridge.js';
import { ContextCell } from './context-cell.js';
import { Decoder, type DecoderOptions } from './decoder.js';
import type { Encoded } from './encoded.js';
import { Encoder } from './encoder.js';

const [SOURCES, V, E, H] = [6, 4, 2, 3];
const rng = new Rng(1);
const options = { rng, dtype: 'float64' } as const;
const ids = (rows: readonly (readonly number[])[]): Tensor => tensor(rows, { dtype: 'int32' });

const lstm = (inputSize: number): LSTMCell => new LSTMCell({ inputSize, hiddenSize: H, ...options });
const gru = (inputSize: number): GRUCell => new GRUCell({ inputSize, hiddenSize: H, ...options });
const reading = (): Embedding => new Embedding({ vocabularySize: SOURCES, embeddingSize: E, ...options });
const writing = (): Embedding => new Embedding({ vocabularySize: V, embeddingSize: E, ...options });
const head = (inputSize: number): Linear => new Linear({ inputSize, outputSize: V, ...options });

/** Both halves as one module, whatever their states are. */
class Translator extends Module {
  readonly encoder: Module;
  readonly decoder: Module & TokenModel<TensorTree>;
  readonly begin: (source: Tensor, lengths?: readonly number[]) => TensorTree;

  constructor(
    encoder: Module,
    decoder: Module & TokenModel<TensorTree>,
    begin: (source: Tensor, lengths?: readonly number[]) => TensorTree,
  ) {
    super();
    this.encoder = encoder;
    this.decoder = decoder;
    this.begin = begin;
  }
}

function translator<State extends TensorTree, Inner extends TensorTree, Source extends TensorTree>(
  encoder: Encoder<Source>,
  decoder: Decoder<State, Inner, Source>,
): Translator {
  const begin = (source: Tensor, lengths?: readonly number[]): TensorTree =>
    decoder.begin(encoder.forward(source, { lengths })).state;
  return new Translator(encoder, decoder, begin);
}

const bothWays = (): Encoder<BothWays<GRUState>> =>
  new Encoder({ embedding: reading(), layer: bidirectional(gru(E), gru(E)) });

const forms: [name: string, create: () => Translator][] = [
  [
    'C as the initial state',
    () =>
      translator(
        new Encoder({ embedding: reading(), layer: lstm(E) }),
        new Decoder({ vocabularySize: V, embedding: writing(), cell: lstm(E), head: head(H) }),
      ),
  ],
  [
    'C as an input of every step',
    () =>
      translator(
        new Encoder({ embedding: reading(), layer: lstm(E) }),
        new Decoder({
          vocabularySize: V,
          embedding: writing(),
          cell: new ContextCell({ cell: gru(E + 2 * H), contextSize: 2 * H }),
          head: head(H),
          initialState: 'own',
        }),
      ),
  ],
  [
    'C as both',
    () =>
      translator(
        new Encoder({ embedding: reading(), layer: gru(E) }),
        new Decoder({
          vocabularySize: V,
          embedding: writing(),
          cell: new ContextCell({ cell: gru(E + H), contextSize: H }),
          head: head(H),
        }),
      ),
  ],
  [
    'attention of Luong over both directions, through a bridge',
    () => {
      const cell = lstm(E + H);
      return translator(
        bothWays(),
        new Decoder({
          vocabularySize: V,
          embedding: writing(),
          cell: new AttentionCell({
            cell,
            attention: new GeneralAttention({ querySize: H, memorySize: 2 * H, ...options }),
            ...options,
          }),
          head: head(H),
          initialState: new Bridge({ inputSize: 2 * H, cell, ...options }),
        }),
      );
    },
  ],
  [
    'attention of Bahdanau over both directions, from the backward state',
    () =>
      translator(
        bothWays(),
        new Decoder({
          vocabularySize: V,
          embedding: writing(),
          cell: new AttentionCell({
            cell: gru(E + 2 * H),
            attention: new AdditiveAttention({ querySize: H, memorySize: 2 * H, hiddenSize: 4, ...options }),
            order: 'bahdanau',
          }),
          head: head(3 * H),
          initialState: ({ finalState }: Encoded<BothWays<GRUState>>) => finalState.backward,
        }),
      ),
  ],
  [
    'one-hot on both sides, attention without input feeding',
    () =>
      translator(
        new Encoder({ layer: gru(SOURCES) }),
        new Decoder({
          vocabularySize: V,
          cell: new AttentionCell({
            cell: gru(V),
            attention: new DotAttention({ size: H }),
            inputFeeding: false,
            ...options,
          }),
          head: head(H),
        }),
      ),
  ],
];

const source = ids([
  [3, 1, 4, 5, 2],
  [2, 5, 0, 0, 0],
  [1, 0, 3, 0, 0],
]);
const targets = ids([
  [2, 1, 0],
  [3, 0, 0],
  [1, 3, 2],
]);
const [lengths, steps] = [
  [5, 2, 3],
  [3, 1, 2],
];
/** What is no token at all stands in the padding. */
const outside = (t: Tensor, real: readonly number[]): Tensor => {
  const size = t.shape[1] as number;
  const isReal = (i: number): boolean => i % size < (real[Math.floor(i / size)] ?? 0);
  return tensor(
    Int32Array.from(t.data, (id, i) => (isReal(i) ? id : -7)),
    { shape: t.shape },
  );
};

function largest(actual: TensorTree, expected: TensorTree): number {
  const numbersOf = (tree: TensorTree): number[] => {
    const found: number[] = [];
    forEachTensor(tree, (t) => {
      found.push(...t.data);
    });
    return found;
  };
  const [a, b] = [numbersOf(actual), numbersOf(expected)];
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((entry, i) => Math.abs(entry - (b[i] ?? Number.NaN))));
}

const part = (t: Tensor, n: number, length: number): Tensor => slice(slice(t, 0, n, n + 1), 1, 0, length);

describe.each(forms)('%s', (_, create) => {
  const model = create();

  test('scores a batch with lengths as its sequences one by one', () => {
    const state = model.begin(outside(source, lengths), lengths);
    const together = decode(model.decoder, outside(targets, steps), { state, begin: 0, lengths: steps });
    for (const [n, length] of lengths.entries()) {
      const own = part(targets, n, steps[n] ?? 0);
      const alone = decode(model.decoder, own, { state: model.begin(part(source, n, length)), begin: 0 });
      expect(largest(part(together.logits, n, steps[n] ?? 0), alone.logits)).toBeLessThan(1e-12);
    }
  });

  test('scores hypotheses of a search as those of one sequence, and as decode', () => {
    const search = (state: TensorTree): ReturnType<typeof beamSearch> =>
      beamSearch(model.decoder, { state, begin: 0, end: 0, maxLength: 4, beams: 3, best: 3 });
    const together = search(model.begin(source, lengths));
    for (const [n, length] of lengths.entries()) {
      const state = model.begin(part(source, n, length));
      const [alone = []] = search(state);
      expect(together[n]?.map(({ ids }) => ids)).toEqual(alone.map(({ ids }) => ids));
      for (const [rank, { ids: written, ended, logProbability }] of alone.entries()) {
        expect(together[n]?.[rank]?.logProbability).toBeCloseTo(logProbability, 12);
        const whole = [...written, ...(ended ? [0] : [])];
        const { logits } = decode(model.decoder, ids([whole]), { state, begin: 0 });
        const scores = logSoftmax(pick(logits, 0, 0));
        const total = whole.reduce((sum, id, t) => sum + (scores.data[t * V + id] ?? Number.NaN), 0);
        expect(logProbability).toBeCloseTo(total, 12);
      }
    }
  });

  test('forward equals step after step', () => {
    const begin = model.begin(source, lengths);
    let state = begin;
    const logits = [0, 1, 2].map((t) => {
      const next = model.decoder.step(pick(targets, 1, t), state);
      state = next.state;
      return next.logits;
    });
    const whole = model.decoder.forward?.(targets, begin);
    expect(largest(whole?.logits, stack(logits, 1))).toBeLessThan(1e-14);
    expect(largest(whole?.state, state)).toBeLessThan(1e-14);
    const padded = model.decoder.forward?.(outside(targets, steps), begin, { lengths: steps });
    for (const [n, length] of steps.entries()) {
      const scores = padded?.logits ?? zeros([3, 3, V]);
      expect(largest(part(scores, n, length), part(stack(logits, 1), n, length))).toBeLessThan(1e-14);
      expect(pick(pick(scores, 0, n), 0, 2).data).toEqual(pick(pick(scores, 0, n), 0, length - 1).data);
    }
  });

  test('every parameter learns', () => {
    const tape = new Tape();
    const loss = tape.record(() => {
      const state = model.begin(source, lengths);
      return crossEntropy(decode(model.decoder, targets, { state, begin: 0 }).logits, targets);
    });
    expect(tape.backward(loss, { parameters: model.parameters() }).untouched).toEqual([]);
  });

  test('derivatives of both orders, by all parameters', () => {
    const named = model.namedParameters();
    const weights = randn([3, 3, V], { rng: new Rng(5), dtype: 'float64' });
    const f = (...values: Tensor[]): Tensor =>
      withParameters(model, Object.fromEntries(named.map(([name], i) => [name, values[i] as Tensor])), () => {
        const state = model.begin(outside(source, lengths), lengths);
        const { logits } = decode(model.decoder, outside(targets, steps), { state, begin: 0, lengths: steps });
        return sum(mul(logits, weights), [1, 2]);
      });
    gradcheck(
      f,
      named.map(([, parameter]) => parameter),
    );
  });

  test('a state dictionary carries everything over', () => {
    const other = create();
    const scores = (translating: Translator): unknown =>
      decode(translating.decoder, targets, { state: translating.begin(source), begin: 0 }).logits.data;
    expect(scores(other)).not.toEqual(scores(model));
    other.loadStateDict(model.stateDict());
    expect(scores(other)).toEqual(scores(model));
  });
});

test('writes about anything that is shaped like what an encoder returns', () => {
  const cell = new AttentionCell({ cell: gru(E + H), attention: new DotAttention({ size: H }), ...options });
  const decoder = new Decoder({ vocabularySize: V, embedding: writing(), cell, head: head(H), initialState: 'own' });
  const features = randn([2, 9, H], options); // of nine places in an image
  const { state } = decoder.begin({ outputs: features, finalState: null, mask: null });
  expect(
    decode(
      decoder,
      ids([
        [1, 2],
        [3, 0],
      ]),
      { state, begin: 0 },
    ).logits.shape,
  ).toEqual([2, 2, V]);
});

test("takes a stranger's attention, which prepares whatever it needs", () => {
  /** Looks at all places alike. */
  const average: Attention<readonly [places: Tensor, mean: Tensor]> = {
    querySize: H,
    memorySize: H,
    contextSize: H,
    prepare(memory, real) {
      const { values, mask } = readMemory('average', memory, H, real);
      const flags = mask ?? ones(values.shape.slice(0, 2), { dtype: 'float64' });
      const weights = div(flags, sum(flags, 1, { keepDims: true }));
      return [weights, sum(mul(values, expandDims(weights, 2)), 1)];
    },
    attend: (_, [weights, context]) => ({ context, weights }),
  };
  const cell = new AttentionCell({ cell: gru(E + H), attention: average, ...options });
  const decoder = new Decoder({ vocabularySize: V, embedding: writing(), cell, head: head(H) });
  const model = translator(new Encoder({ embedding: reading(), layer: gru(E) }), decoder);
  const search = (state: TensorTree): number[] => {
    const found = beamSearch(model.decoder, { state, begin: 0, end: 0, maxLength: 4, beams: 3 });
    return found.map(([best]) => best?.score ?? Number.NaN);
  };
  const together = search(model.begin(source, lengths));
  for (const [n, length] of lengths.entries()) {
    expect(together[n]).toBeCloseTo(search(model.begin(part(source, n, length)))[0] ?? Number.NaN, 12);
  }
});

test('refuses bad input', () => {
  const encoder = new Encoder({ embedding: reading(), layer: gru(E) });
  const encoded = encoder.forward(source);
  const common = { vocabularySize: V, embedding: writing(), cell: gru(E), head: head(H) };
  const larger = new Decoder({ ...common, cell: lstm(E) });
  expect(() => larger.begin(encoded)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: Decoder (in Decoder): the state to begin with does not fit the cell; it is h [3, 3]; the cell's own is h [3, 3], c [3, 3]. Pass a Bridge, which makes one of the other, or begin with the cell's own.]`,
  );
  const attending = new AttentionCell({ cell: lstm(E + H), attention: new DotAttention({ size: H }) });
  expect(() => new Decoder({ ...common, cell: attending }).begin(encoded)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: AttentionCell.begin (in Decoder): the state to begin with does not fit the cell; it is h [3, 3]; the cell's own is h [3, 3], c [3, 3]. Pass a Bridge, which makes one of the other, or begin with the cell's own.]`,
  );
  const bridge = new Bridge({ inputSize: 2 * H, cell: common.cell });
  const bridged = new Decoder({ ...common, initialState: bridge });
  expect(() => bridged.begin(encoded)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: Bridge (in Decoder): the final state has 3 numbers for each sequence; it is h [3, 3]; inputSize is 6. Correct inputSize.]`,
  );
  const narrow = new Decoder({ ...common, vocabularySize: 3 });
  const { state } = narrow.begin(encoded);
  expect(() => decode(narrow, ids([[1], [2], [1]]), { state, begin: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: Decoder (in Decoder): the head scores another number of tokens. logits is [3, 1, 4]; vocabularySize is 3. Correct one of them: the head's outputSize is the vocabularySize.]`,
  );
  expect(() => narrow.step(tensor([1, 2, 9], { dtype: 'int32' }), state)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: gather: index 9, entry 2 of ids, is out of range. ids is [3]; indices go from 0 to 3. Check the ids, or the size of the vocabulary.]`,
  );
  const create = (given: object): unknown =>
    new Decoder({ ...common, ...given } as DecoderOptions<GRUState, GRUState, GRUState>);
  expect(() => create({ embedding: undefined })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: new Decoder: the cell's inputSize is 2; without an embedding it reads one-hot rows of 4. Pass an embedding, or correct inputSize.]`,
  );
  expect(() => create({ vocabularySize: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Decoder: vocabularySize is 0; it must be a whole number of at least 1. Correct vocabularySize.]`,
  );
  expect(() => create({ initialState: 'zeros' })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Decoder: initialState is 'zeros'; the cell begins with 'encoder', 'own', or what a bridge makes of what the encoder returned. Pass one of them.]`,
  );
  expect(() => create({ bridge })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Decoder: unknown option 'bridge'; the options are vocabularySize, cell, head, embedding, initialState. Correct the name, or leave it out.]`,
  );
});

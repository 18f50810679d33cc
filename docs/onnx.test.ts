/** The networks of the examples as ONNX files, run by ONNX Runtime on batches and lengths that the files were not made with. */
import { concat, manualSeed, mul, Rng, randn, type Tensor, type TensorTree, tensor, zeros } from '@unroll/core';
import { CharVocabulary } from '@unroll/data';
import { TONE_BANDS } from '@unroll/data/synthetic';
import { type Cell, GRUCell, LSTMCell, type LSTMState, type Module, unroll } from '@unroll/nn';
import { describe, expect, test } from 'vitest';
import { Adder } from '../examples/addition/src/adder.js';
import { FeedForward } from '../examples/addition/src/feed-forward.js';
import { drawNetwork } from '../examples/bptt-by-hand/src/network.js';
import { withAttention, withoutAttention } from '../examples/captioning/src/captioner.js';
import { CharModel } from '../examples/char-lm/src/model.js';
import { MinimalGatedUnit } from '../examples/custom-cell/src/minimal-gated-unit.js';
import { Forecaster } from '../examples/forecasting/src/forecaster.js';
import { ClipNetwork } from '../examples/frames/src/clip-network.js';
import { SoundNetwork } from '../examples/frames/src/sounds.js';
import { GlimpseCell } from '../examples/glimpses/src/glimpse-cell.js';
import { glimpseReader, lookingReader, onceReader, rowReader } from '../examples/glimpses/src/readers.js';
import * as longLags from '../examples/long-lags/src/cells.js';
import { AntisymmetricCell } from '../examples/plugin-cell/src/antisymmetric-cell.js';
import { SentenceEncoder } from '../examples/pos-tagging/src/encoder.js';
import { type Network, Tagger } from '../examples/pos-tagging/src/tagger.js';
import { OriginalLSTMCell } from '../examples/reber/src/original-lstm-cell.js';
import { Bag, Reader, type Texts } from '../examples/sentiment/src/models.js';
import { Tagger as DeepTagger } from '../examples/to-pytorch/src/tagger.js';
import {
  bahdanau,
  fixedContext,
  luong,
  type Translator,
  type TranslatorOptions,
} from '../examples/translation/src/translator.js';
import { Adder as AddingModel, gru, identityRnn, lstm, rnn } from '../examples/vanishing-gradients/src/adder.js';
import { FeedForward as FeedForwardAdder } from '../examples/vanishing-gradients/src/feed-forward.js';
import { exportOnnx } from '../packages/onnx/src/index.js';
import { expectSame } from '../packages/onnx/src/onnx-runtime.fixture.js';

manualSeed(1);
const rng = new Rng(1);
const draw = (...shape: number[]): Tensor => randn(shape, { rng });
const drawIds = (limit: number, ...shape: number[]): Tensor =>
  tensor(
    Int32Array.from({ length: shape.reduce((a, b) => a * b) }, () => rng.integer(limit)),
    { shape },
  );
/** The first sequence is whole, the second one step. */
const drawLengths = (count: number, steps: number): Tensor =>
  tensor(Int32Array.from({ length: count }, (_, n) => (n === 0 ? steps : n === 1 ? 1 : 1 + rng.integer(steps))));

/** Of the recordings of sounds. */
const BANDS = TONE_BANDS.pitch.length + TONE_BANDS.vowel.length;

/** As if it had been trained: all parameters random, in evaluation. */
function trained<M extends Module>(module: M): M {
  for (const parameter of module.parameters()) parameter.assign(mul(randn(parameter.shape, { rng }), 0.3));
  module.eval();
  return module;
}

test.each(['rnn', 'lstm', 'gru'] as const)('char-lm, %s', async (cell) => {
  const model = trained(new CharModel(11, { cell, layers: 2, hidden: 8, dropout: 0.2 }, rng));
  await expectSame((x: Tensor) => model.forward(x), drawIds(11, 2, 3), [drawIds(11, 1, 1), drawIds(11, 5, 20)]);
  // One character after another, from state to state.
  type Step = { readonly x: Tensor; readonly state: readonly TensorTree[] };
  const steps = (n: number): Step => ({ x: drawIds(11, n, 1), state: model.forward(drawIds(11, n, 4)).state });
  await expectSame(({ x, state }: Step) => model.forward(x, state), steps(2), [steps(1), steps(6)]);
});

describe('sentiment', () => {
  const texts = (n: number, t: number): Texts => ({
    x: drawIds(9, n, t),
    lengths: drawLengths(n, t),
  });

  test('a reader', async () => {
    const cell = new LSTMCell({ inputSize: 4, hiddenSize: 5, rng });
    await expectSame(trained(new Reader({ vocabularySize: 9, cell, rng })), texts(3, 4), [texts(1, 1), texts(6, 9)]);
  });

  test('a bag of words', async () => {
    await expectSame(trained(new Bag({ vocabularySize: 9, pairs: false })), texts(3, 4), [texts(1, 1), texts(6, 9)]);
  });

  test('pairs of words, whose ids no operation computes', () => {
    const bag = new Bag({ vocabularySize: 9, pairs: true });
    expect(() => exportOnnx(bag, texts(3, 4))).toThrow(/gather reads numbers .* that no operation computed/);
  });
});

test.each<Network>(['feed-forward', 'LSTM', 'BiLSTM'])('pos-tagging, %s with spelling', async (network) => {
  const encoder = new SentenceEncoder([
    { words: ['The', 'cat', 'sat'], tags: ['D', 'N', 'V'] },
    { words: ['Dogs', 'bark'], tags: ['N', 'V'] },
  ]);
  const tagger = trained(new Tagger(encoder, { network, spelling: true, size: 6, dropout: 0.5, rng }));
  // W different words of up to L characters, in N sentences of up to T words.
  const sentences = (n: number, t: number, w: number, l: number) => ({
    words: drawIds(encoder.words.size, n, t),
    spelling: { values: drawIds(encoder.characters.size, w, l), lengths: drawLengths(w, l) },
    places: drawIds(w, n, t),
    // Who looks at each word by itself does not ask for them.
    ...(network === 'feed-forward' ? {} : { lengths: drawLengths(n, t) }),
  });
  const rest = { tags: tensor([0]), indices: new Int32Array(), lengths: tensor([1], { dtype: 'int32' }) };
  await expectSame(
    (batch: ReturnType<typeof sentences>) => tagger.forward({ ...rest, ...batch }),
    sentences(3, 4, 5, 6),
    [sentences(1, 1, 1, 1), sentences(4, 9, 12, 7)],
    { axes: { 'spelling.values': ['W', 'L'], 'spelling.lengths': ['W'] } },
  );
});

test('forecasting', async () => {
  const forecaster = trained(new Forecaster({ inputSize: 2, hiddenSize: 5, outputSize: 3, rng }));
  await expectSame((x: Tensor) => forecaster.read(x), draw(2, 3, 2), [draw(1, 1, 2), draw(4, 30, 2)]);
  // Going on from where it was.
  const goOn = (n: number, t: number) => ({ x: draw(n, t, 2), state: { h: draw(n, 5) } });
  const read = ({ x, state }: ReturnType<typeof goOn>) => forecaster.read(x, state);
  await expectSame(read, goOn(2, 3), [goOn(1, 1), goOn(4, 30)]);
});

describe.each([withoutAttention, withAttention])('captioning, %o', (make) => {
  const captioner = trained(make({ vocabularySize: 8, hiddenSize: 6, rng }));
  const places = (n: number, count: number): Tensor => drawIds(3, n, count, 4);
  const axes = { input: ['N', 'P', null] } as const;

  test('what is seen', async () => {
    await expectSame((x: Tensor) => captioner.begin(x), places(2, 3), [places(1, 1), places(5, 7)], { axes });
  });

  test('what is said of it', async () => {
    const said = (n: number, count: number, u: number) => ({ seen: places(n, count), words: drawIds(8, n, u) });
    const say = ({ seen, words }: ReturnType<typeof said>): Tensor =>
      captioner.decoder.forward(words, captioner.begin(seen) as never).logits;
    const open = { axes: { seen: ['N', 'P', null], words: ['N', 'U'] } } as const;
    await expectSame(say, said(2, 3, 4), [said(1, 1, 1), said(5, 7, 2)], open);
  });
});

test('addition', async () => {
  const { encoder, decoder } = trained(
    new Adder({ vocabulary: new CharVocabulary('0123456789+'), hiddenSize: 5, rng }),
  );
  const read = (x: Tensor): TensorTree => decoder.begin(encoder.forward(x)).state;
  await expectSame(read, drawIds(11, 2, 3), [drawIds(11, 1, 1), drawIds(11, 5, 9)]);
  type Step = { readonly ids: Tensor; readonly state: LSTMState };
  const write = ({ ids, state }: Step) => decoder.step(ids, state);
  const steps = (n: number): Step => ({ ids: drawIds(11, n), state: { h: draw(n, 5), c: draw(n, 5) } });
  await expectSame(write, steps(2), [steps(1), steps(7)]);
});

test('addition and vanishing-gradients, without time', async () => {
  const sizes = { vocabularySize: 11, reads: 5, writes: 3, hiddenSize: 6, rng };
  const adder = trained(new FeedForward(sizes));
  const sums = (n: number) => ({ x: drawIds(11, n, 5), y: drawIds(11, n, 3) });
  const loss = ({ x, y }: ReturnType<typeof sums>): Tensor => adder.loss(x, y);
  await expectSame(loss, sums(2), [sums(1), sums(7)], { axes: { x: ['N', null], y: ['N', null] } });
  const adding = trained(new FeedForwardAdder({ steps: 4, hidden: 5, rng }));
  await expectSame(adding, draw(2, 4, 2), [draw(1, 4, 2), draw(7, 4, 2)], { axes: { input: ['N', null, null] } });
});

test.each([rnn(0.9), identityRnn, gru(20), lstm(20)])('vanishing-gradients, cell %$', async (make) => {
  const model = trained(new AddingModel(make(5, rng), { back: 100, rng }));
  await expectSame(model, draw(2, 4, 2), [draw(1, 1, 2), draw(6, 40, 2)]);
});

test.each([100, 2])('vanishing-gradients, gradients through %i steps', async (back) => {
  const model = trained(new AddingModel(new GRUCell({ inputSize: 2, hiddenSize: 5, rng }), { back, rng }));
  await expectSame(model, draw(2, 4, 2), [draw(1, 3, 2), draw(6, 40, 2)]);
});

test.each([rowReader, glimpseReader, lookingReader, onceReader])('glimpses, %o', async (make) => {
  const reader = make({ hiddenSize: 5, rng });
  for (const parameter of reader.parameters) parameter.assign(mul(randn(parameter.shape, { rng }), 0.3));
  const axes = { input: ['N', null, null] } as const;
  await expectSame((x: Tensor) => reader.read(x), draw(2, 14, 14), [draw(1, 14, 14), draw(4, 14, 14)], { axes });
});

test('the cell of glimpses, over any time', async () => {
  const cell = trained(new GlimpseCell({ pictureSize: 6, windowSize: 3, hiddenSize: 5, rng }));
  await expectSame((x: Tensor) => unroll(cell, x), draw(2, 3, 36), [draw(1, 1, 36), draw(4, 8, 36)]);
});

describe('translation through one vector', () => translates(fixedContext));
describe('translation in the order of Bahdanau', () => translates(bahdanau));
describe('translation in the order of Luong', () => translates(luong));

function translates<State extends TensorTree & object>(make: (options: TranslatorOptions) => Translator<State>): void {
  const translator = trained(make({ reads: 9, writes: 7, hiddenSize: 5, rng }));
  const sources = (n: number, s: number) => ({ values: drawIds(9, n, s), lengths: drawLengths(n, s) });

  test('what is read', async () => {
    const read = (source: ReturnType<typeof sources>): State => translator.read(source);
    await expectSame(read, sources(2, 3), [sources(3, 2), sources(5, 9)]);
  });

  test('what is written of it', async () => {
    const pairs = (n: number, s: number, u: number) => ({ ...sources(n, s), target: drawIds(7, n, u) });
    const write = ({ target, ...source }: ReturnType<typeof pairs>): Tensor =>
      translator.decoder.forward(target, translator.read(source)).logits;
    await expectSame(write, pairs(2, 3, 4), [pairs(1, 1, 1), pairs(5, 9, 2)], { axes: { target: ['N', 'U'] } });
  });
}

describe('frames', () => {
  test('sounds', async () => {
    const sounds = trained(new SoundNetwork(true, 5, rng));
    const recordings = (n: number, t: number) => ({ x: draw(n, t, BANDS), lengths: drawLengths(n, t) });
    await expectSame(sounds, recordings(2, 3), [recordings(1, 1), recordings(5, 12)]);
  });

  test('clips, whose patches no operation computes', () => {
    const clips = trained(new ClipNetwork(8, true, 4, rng));
    expect(() => exportOnnx(clips, draw(2, 3, 64))).toThrow(/reads numbers .* that no operation computed/);
  });
});

test('to-pytorch', async () => {
  const tagger = trained(new DeepTagger({ vocabularySize: 9, embeddingSize: 4, hiddenSize: 5, tags: 3 }, rng));
  const sentences = (n: number, t: number) => ({ ids: drawIds(9, n, t), lengths: drawLengths(n, t) });
  const tag = ({ ids, lengths }: ReturnType<typeof sentences>): Tensor => tagger.forward(ids, lengths);
  await expectSame(tag, sentences(3, 4), [sentences(1, 1), sentences(6, 9)]);
});

test('bptt-by-hand, in float64', async () => {
  const { cell, head, x, h0 } = drawNetwork(1);
  const read = (given: { readonly x: Tensor; readonly h0: Tensor }): Tensor =>
    head.forward(unroll(cell, given.x, { initialState: { h: given.h0 } }).outputs);
  await expectSame(read, { x, h0 }, [{ x: concat([x, x], 1), h0 }]);
});

test.each(Object.entries(longLags))('long-lags, %s', async (_, make) => {
  const cell = trained(make({ inputSize: 4, hiddenSize: 5, rng }, zeros([5])));
  await expectSame((x: Tensor) => unroll(cell, x), drawIds(4, 2, 3), [drawIds(4, 1, 1), drawIds(4, 5, 60)]);
});

describe.each<[string, Cell<TensorTree> & Module]>([
  ['custom-cell', trained(new MinimalGatedUnit({ inputSize: 3, hiddenSize: 4, rng }))],
  ['plugin-cell', trained(new AntisymmetricCell({ inputSize: 3, hiddenSize: 4, rng }))],
  ['reber', trained(new OriginalLSTMCell({ inputSize: 3, hiddenSize: 4, rng }))],
])('%s', (_, cell) => {
  type Batch = { readonly x: Tensor; readonly lengths: Tensor };
  const batch = (n: number, t: number): Batch => ({ x: draw(n, t, 3), lengths: drawLengths(n, t) });

  test('its cell over time', async () => {
    await expectSame(({ x, lengths }: Batch) => unroll(cell, x, { lengths }), batch(2, 3), [batch(1, 1), batch(5, 12)]);
  });
});

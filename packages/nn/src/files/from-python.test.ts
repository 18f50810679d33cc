/** Models of PyTorch and Keras compute here what they compute there, from the files that Python wrote. */
import { type NestedNumbers, type Tensor, tensor } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import {
  Embedding,
  GRUCell,
  LayerNorm,
  Linear,
  LSTMCell,
  loadTorchStateDict,
  Module,
  RNNCell,
  readNpz,
  readSafetensors,
  toTorchStateDict,
  unroll,
  writeSafetensors,
} from '../index.js';
import { fromBase64, readFixture } from './files.fixture.js';

function expectClose(actual: Tensor, expected: NestedNumbers): void {
  const wanted = tensor(expected);
  expect(actual.shape).toEqual(wanted.shape);
  const difference = actual.data.map((value, i) => Math.abs(value - (wanted.data[i] ?? Number.NaN)));
  expect(Math.max(...difference)).toBeLessThan(1e-6);
}

describe('PyTorch', () => {
  interface Saved {
    readonly file: string;
    readonly ids: NestedNumbers;
    readonly logits: NestedNumbers;
  }
  const { models } = readFixture('safetensors-files') as { readonly models: Readonly<Record<string, Saved>> };

  class Tagger extends Module {
    readonly embedding: Embedding = new Embedding({ vocabularySize: 5, embeddingSize: 2 });
    readonly encoder: LSTMCell = new LSTMCell({ inputSize: 2, hiddenSize: 3 });
    readonly readOut: Linear = new Linear({ inputSize: 3, outputSize: 5 });

    forward(ids: Tensor): Tensor {
      return this.readOut.forward(unroll(this.encoder, this.embedding.forward(ids)).outputs);
    }
  }

  test.each(Object.entries(models))('a model that was saved as %s', (_, { file, ids, logits }) => {
    const model = new Tagger();
    const { tensors, metadata } = readSafetensors(fromBase64(file));
    expect(metadata).toEqual({ format: 'pt' });
    loadTorchStateDict(model, tensors);
    expectClose(model.forward(tensor(ids, { dtype: 'int32' })), logits);

    const there = toTorchStateDict(model, { cellsAs: 'layers' });
    const again = new Tagger();
    loadTorchStateDict(again, readSafetensors(writeSafetensors(there)).tensors);
    expect(again.parameters().map(({ data }) => data)).toEqual(model.parameters().map(({ data }) => data));
  });
});

/** `fixtures/keras-files.py` has the lines of NumPy that the README shows. */
describe('Keras', () => {
  interface Saved {
    readonly file: string;
    readonly inputs: NestedNumbers;
    readonly outputs: NestedNumbers;
  }
  const { file, inputs, outputs } = readFixture('keras-files') as Saved;

  class Model extends Module {
    readonly lstm: LSTMCell = new LSTMCell({ inputSize: 3, hiddenSize: 2 });
    readonly gru: GRUCell = new GRUCell({ inputSize: 2, hiddenSize: 3 });
    readonly rnn: RNNCell = new RNNCell({ inputSize: 3, hiddenSize: 2 });
    readonly layerNorm: LayerNorm = new LayerNorm({ size: 2 });
    readonly readOut: Linear = new Linear({ inputSize: 2, outputSize: 3 });

    forward(x: Tensor): Tensor {
      const between = unroll(this.gru, unroll(this.lstm, x).outputs).outputs;
      return this.readOut.forward(this.layerNorm.forward(unroll(this.rnn, between).outputs));
    }
  }

  test('recurrences, a normalisation and a product, through NumPy', async () => {
    const model = new Model();
    loadTorchStateDict(model, await readNpz(fromBase64(file)));
    expectClose(model.forward(tensor(inputs)), outputs);
  });
});

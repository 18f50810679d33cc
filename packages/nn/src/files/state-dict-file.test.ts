import { type Parameter, Rng, type RngState, tensor, Variable } from '@unroll/core';
import { expect, test } from 'vitest';
import { Dropout, GRUCell, Linear, Module, Sequential } from '../index.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';
import { readStateDict, writeStateDict } from './state-dict-file.js';

class Model extends Module {
  readonly body: Sequential;
  readonly cell: GRUCell;
  readonly steps: Variable = new Variable(tensor([3], { dtype: 'int32' }));
  readonly tied: Parameter;

  constructor(rng: Rng) {
    super();
    this.body = new Sequential(new Linear({ inputSize: 2, outputSize: 3, rng }), new Dropout({ p: 0.5, rng }));
    this.cell = new GRUCell({ inputSize: 3, hiddenSize: 4, rng });
    this.tied = this.cell.weightHh;
  }
}

const dropoutOf = (model: Model): RngState => model.stateDict()['body.layers.1.rng'] as RngState;

test('a model comes back bit for bit, and goes on with the same random numbers', () => {
  const [source, target] = [new Model(new Rng(1)), new Model(new Rng(2))];
  source.steps.assign(tensor([7], { dtype: 'int32' }));
  source.body.forward(tensor([[1, 2]])); // moves the generator on
  const bytes = writeStateDict(source.stateDict());
  target.loadStateDict(readStateDict(bytes));
  expect(writeStateDict(target.stateDict())).toEqual(bytes);
  expect(dropoutOf(target)).toEqual(dropoutOf(source));
  expect(target.steps.item()).toBe(7);
  const x = tensor([[1, 2]]);
  expect(target.body.forward(x).data).toEqual(source.body.forward(x).data);
});

test('the second of a pair of normal draws is kept exactly', () => {
  const rng = new Rng(5);
  rng.normal();
  expect(rng.state().spareNormal).not.toBeNull();
  expect(readStateDict(writeStateDict({ rng: rng.state() }))).toEqual({ rng: rng.state() });
});

test('metadata stand beside the generators, and tensors are for everybody', () => {
  const model = new Model(new Rng(1));
  const file = readSafetensors(writeStateDict(model.stateDict(), { metadata: { epoch: '3' } }));
  expect(file.metadata).toEqual({
    epoch: '3',
    generators: JSON.stringify({ 'body.layers.1.rng': dropoutOf(model) }),
  });
  expect(Object.keys(file.tensors)).toContain('body.layers.0.weight');
  const plain = writeStateDict(new Linear({ inputSize: 1, outputSize: 1 }).stateDict());
  expect(readSafetensors(plain).metadata).toEqual({});
  expect(Object.keys(readStateDict(plain))).toEqual(['bias', 'weight']);
});

test('what does not fit is refused', () => {
  const state = { rng: new Rng(1).state() };
  expect(() => writeStateDict(state, { metadata: { generators: '' } })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: writeStateDict: metadata has the name 'generators'; the states of the generators stand there. Give it another name.]`,
  );
  expect(() => writeStateDict(state, { meta: {} } as never)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: writeStateDict: unknown option 'meta'; the options are metadata. Correct the name, or leave it out.]`,
  );
  expect(() => writeStateDict({ ...state, lr: 0.1 } as never)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: writeStateDict: 'lr' is neither a tensor nor the state of a generator; a module's state dictionary holds nothing else. Pass what stateDict() returned; JSON of the rest can be metadata.]`,
  );
  const read = (generators: string) => () => readStateDict(writeSafetensors({}, { metadata: { generators } }));
  expect(read('{"rng":{"words":[0,0,0,0],"spareNormal":null}}')).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: readStateDict: 'generators' in the metadata is no object of generators' states; writeStateDict keeps them there. Read the tensors with readSafetensors.]`,
  );
  for (const wrong of ['', 'null', '3', '{"rng":null}', '{"rng":{}}', '{"rng":{"words":[1,2,3]}}']) {
    expect(read(wrong)).toThrow("readStateDict: 'generators' in the metadata is no object of generators' states");
  }
  expect(() => readStateDict(new Uint8Array(3))).toThrow('readSafetensors: there are only 3 bytes');
});

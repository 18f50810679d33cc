import { mul, Parameter, Rng, sum, Tape, tensor, Variable, zeros } from '@unroll/core';
import { describe, expect, test } from 'vitest';
import { Dropout, Linear, Sequential, Tanh } from './index.js';
import { Module } from './module.js';

const parameter = (...values: number[]): Parameter => new Parameter(tensor(values));

class Inner extends Module {
  readonly weight: Parameter = parameter(1, 2);
}

class Outer extends Module {
  readonly scale: Parameter = parameter(3);
  readonly inner: Inner = new Inner();
  readonly list: readonly unknown[] = [new Inner(), parameter(4), 'text', null];
  readonly record: { readonly deep: { readonly p: Parameter }; readonly other: Inner } = {
    deep: { p: parameter(5) },
    other: new Inner(),
  };
  readonly again: Parameter = this.scale;
  readonly twice: Inner = this.inner;
  readonly constant = tensor([6]);
  readonly count: Variable = new Variable(tensor([7]));
  readonly rng: Rng = new Rng(1);
  readonly size = 8;
  readonly self: unknown = this;
}

test('finds parameters in fields, modules, arrays and plain objects, each once', () => {
  const outer = new Outer();
  const named = outer.namedParameters();
  const names = ['scale', 'inner.weight', 'list.0.weight', 'list.1', 'record.deep.p', 'record.other.weight'];
  expect(named.map(([name]) => name)).toEqual(names);
  expect(outer.parameters()).toEqual(named.map(([, value]) => value));
  expect(outer.parameters().map(({ name }) => name)).toEqual(names);
});

test('a part that is asked later does not shorten the names', () => {
  const outer = new Outer();
  outer.parameters();
  outer.inner.parameters();
  expect(outer.inner.weight.name).toBe('inner.weight');
  const alone = new Inner();
  alone.parameters();
  expect(alone.weight.name).toBe('weight');
});

test('train and eval reach all modules inside', () => {
  const outer = new Outer();
  const all = (): boolean[] => [outer, outer.inner, outer.list[0] as Inner, outer.record.other].map((m) => m.training);
  expect(all()).toEqual([true, true, true, true]);
  expect(outer.eval()).toBe(outer);
  expect(all()).toEqual([false, false, false, false]);
  outer.train();
  expect(all()).toEqual([true, true, true, true]);
});

describe('state dictionaries', () => {
  test('hold parameters, variables and generators, as copies', () => {
    const outer = new Outer();
    const dictionary = outer.stateDict();
    expect(Object.keys(dictionary)).toEqual([
      'scale',
      'inner.weight',
      'list.0.weight',
      'list.1',
      'record.deep.p',
      'record.other.weight',
      'count',
      'rng',
    ]);
    expect(dictionary.rng).toEqual(outer.rng.state());
    outer.scale.assign(tensor([100]));
    outer.rng.uniform();
    expect(String(dictionary.scale)).toBe(String(tensor([3])));
    expect(dictionary.rng).toEqual(new Rng(1).state());
  });

  test('come back bit for bit', () => {
    const [source, target] = [new Outer(), new Outer()];
    source.scale.assign(tensor([0.1]));
    source.count.assign(tensor([9]));
    source.rng.normal();
    target.loadStateDict(source.stateDict());
    expect([target.scale.item(), target.count.item()]).toEqual([source.scale.item(), 9]);
    expect(target.rng.state()).toEqual(source.rng.state());
  });

  test('that do not fit are refused with all reasons, and change nothing', () => {
    const outer = new Outer();
    const before = JSON.stringify(outer.stateDict());
    const { 'list.1': _, ...rest } = outer.stateDict();
    const wrong = {
      ...rest,
      'inner.weight': zeros([3]),
      'list.0.weight': tensor([1, 2], { dtype: 'int32' }),
      count: { words: [1, 2, 3, 4], spareNormal: null },
      rng: { words: [0, 0, 0, 0], spareNormal: null },
      scale: tensor([99]),
      extra: zeros([1]),
    };
    expect(() => outer.loadStateDict(wrong)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: loadStateDict: the dictionary does not fit Outer, and nothing was changed; missing: list.1; unexpected: extra; misshapen: inner.weight is float32 [3] instead of float32 [2], list.0.weight is int32 [2] instead of float32 [2], count is not a tensor, rng is not the state of a generator. Build the module with the options of the one that was saved.]`,
    );
    expect(() => outer.loadStateDict({})).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: loadStateDict: the dictionary does not fit Outer, and nothing was changed; missing: scale, inner.weight, list.0.weight, list.1, record.deep.p, record.other.weight, count, rng. Build the module with the options of the one that was saved.]`,
    );
    expect(() => outer.loadStateDict(null as never)).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: loadStateDict: the dictionary is null; a state dictionary is a plain object of tensors by their path. Pass what stateDict() returned.]`,
    );
    expect(JSON.stringify(outer.stateDict())).toBe(before);
    expect(outer.scale.item()).toBe(3);
  });

  test('cannot be loaded inside a recording', () => {
    const outer = new Outer();
    const state = { ...outer.stateDict(), scale: tensor([50]), rng: new Rng(5).state() };
    expect(() =>
      new Tape().record(() => {
        outer.loadStateDict(state);
        return null;
      }),
    ).toThrow(/inside a recording/);
    expect([outer.scale.item(), outer.rng.state()]).toEqual([3, new Rng(1).state()]);
  });
});

test('a summary lists shapes and counts', () => {
  const model = new Sequential(
    new Linear({ inputSize: 30, outputSize: 100 }),
    new Tanh(),
    new Dropout({ p: 0.5 }),
    new Linear({ inputSize: 100, outputSize: 2, bias: false }),
  );
  expect(model.parameterCount()).toBe(100 * 30 + 100 + 2 * 100);
  expect(`\n${model.summary()}`).toMatchInlineSnapshot(`
    "
    Sequential       shape      numbers
    -----------------------------------
    layers.0.weight  [100, 30]    3,000
    layers.0.bias    [100]          100
    layers.3.weight  [2, 100]       200
    -----------------------------------
    total                         3,300"
  `);
  const [first] = model.parameters();
  if (first !== undefined) first.frozen = true;
  expect(`\n${model.summary()}`).toMatchInlineSnapshot(`
    "
    Sequential       shape             numbers
    ------------------------------------------
    layers.0.weight  [100, 30] frozen    3,000
    layers.0.bias    [100]                 100
    layers.3.weight  [2, 100]              200
    ------------------------------------------
    total                                3,300
    trainable                              300
    frozen                               3,000"
  `);
  expect(`\n${new Tanh().summary()}`).toMatchInlineSnapshot(`
    "
    Tanh   shape  numbers
    ---------------------
    ---------------------
    total               0"
  `);
});

test('a frozen module gets no gradient, and the rest gets what it would have', () => {
  const body = new Linear({ inputSize: 2, outputSize: 3 });
  const head = new Linear({ inputSize: 3, outputSize: 1 });
  const model = new Sequential(body, new Tanh(), head);
  const tape = new Tape();
  const loss = tape.record(() => sum(model.forward(tensor([[1, 2]]))));
  tape.backward(loss);
  const expected = head.parameters().map(({ grad }) => grad?.toArray());
  for (const parameter of model.parameters()) parameter.zeroGrad();

  expect(model.freeze()).toBe(model);
  expect(model.parameters().map(({ frozen }) => frozen)).toEqual([true, true, true, true]);
  expect(() => tape.backward(loss)).toThrow(/depends on no parameter/);
  expect(head.unfreeze()).toBe(head);
  const { untouched } = tape.backward(loss, { parameters: model.parameters() });
  expect(untouched).toEqual(body.parameters());
  expect(body.parameters().map(({ grad }) => grad)).toEqual([null, null]);
  expect(head.parameters().map(({ grad }) => grad?.toArray())).toEqual(expected);
  expect(model.parameters().map(({ name }) => name)).toEqual([
    'layers.0.weight',
    'layers.0.bias',
    'layers.2.weight',
    'layers.2.bias',
  ]);
});

test('freezing reaches parameters in lists and objects, and leaves training as it is', () => {
  const outer = new Outer().freeze();
  expect(outer.parameters().every(({ frozen }) => frozen)).toBe(true);
  expect([outer.training, outer.inner.training]).toEqual([true, true]);
  outer.record.other.unfreeze();
  expect(outer.parameters().filter(({ frozen }) => !frozen)).toEqual([outer.record.other.weight]);
});

test('a parameter found in a module is trained through it', () => {
  const outer = new Outer();
  const tape = new Tape();
  tape.backward(tape.record(() => sum(mul(outer.record.deep.p, 2))));
  expect(outer.record.deep.p.grad?.toArray()).toEqual([2]);
});

import { add, mul, Parameter, sum, Tape, type Tensor, tensor, zeros } from '@unroll/core';
import { memoryReport } from '@unroll/kernels';
import { describe, expect, test } from 'vitest';
import { Adagrad, Adam, AdamW, clipGradNorm, type Optimizer, RMSprop, SGD } from './index.js';

const rules: readonly [name: string, make: (parameters: readonly Parameter[]) => Optimizer][] = [
  ['SGD', (parameters) => new SGD(parameters, { lr: 0.1, momentum: 0.9 })],
  ['RMSprop', (parameters) => new RMSprop(parameters, { centered: true, momentum: 0.9 })],
  ['Adagrad', (parameters) => new Adagrad(parameters, { lrDecay: 0.1 })],
  ['Adam', (parameters) => new Adam(parameters)],
  ['AdamW', (parameters) => new AdamW(parameters)],
  [
    'SGD with groups',
    ([first, ...others]) =>
      new SGD([{ parameters: [first as Parameter], momentum: 0.5 }, { parameters: others }], {
        lr: 0.1,
        momentum: 0.9,
      }),
  ],
];

/** Three parameters, called after the fields of a module. */
function threeParameters(): readonly [Parameter, Parameter, Parameter] {
  const named = (name: string, values: number[]): Parameter => Object.assign(new Parameter(tensor(values)), { name });
  return [named('weight', [1, -2, 3]), named('bias', [0.5]), named('scale', [4, 5])];
}

/** Gives each parameter a gradient and steps. */
function stepOn(optimizer: Optimizer, factor = 1): void {
  for (const parameter of optimizer.parameters) parameter.grad = mul(parameter, factor);
  optimizer.step();
}

const numbers = (optimizer: Optimizer): unknown =>
  Object.fromEntries(
    Object.entries(optimizer.stateDict()).map(([name, value]) => [
      name,
      typeof value === 'number' ? value : value.toArray(),
    ]),
  );

describe.each(rules)('%s', (_, make) => {
  test('leaves a parameter without gradient, or frozen, as it is, and its state too', () => {
    const parameters = threeParameters();
    const [weight, bias, scale] = parameters;
    const optimizer = make(parameters);
    stepOn(optimizer);
    const before = parameters.map((parameter) => parameter.toArray());
    const stateBefore = numbers(optimizer) as Record<string, unknown>;
    bias.zeroGrad();
    scale.frozen = true;
    optimizer.step();
    const stateAfter = numbers(optimizer) as Record<string, unknown>;
    expect(weight.toArray()).not.toEqual(before[0]);
    expect([bias.toArray(), scale.toArray()]).toEqual(before.slice(1));
    const touched = Object.keys(stateAfter).filter(
      (name) => JSON.stringify(stateAfter[name]) !== JSON.stringify(stateBefore[name]),
    );
    expect(touched.length).toBeGreaterThan(0);
    expect(touched.filter((name) => !name.startsWith('0.'))).toEqual([]);
  });

  test('goes on from a dictionary as if it had never stopped', () => {
    const [kept, resumed] = [threeParameters(), threeParameters()];
    const [original, copy] = [make(kept), make(resumed)];
    for (let step = 0; step < 3; step++) stepOn(original, step);
    original.lr = 0.05;
    const dictionary = original.stateDict();
    kept.forEach((parameter, i) => {
      (resumed[i] as Parameter).assign(parameter);
    });
    stepOn(original); // the dictionary is a copy: this does not reach it
    copy.loadStateDict(dictionary);
    stepOn(copy);
    expect(numbers(copy)).toEqual(numbers(original));
    expect(resumed.map((parameter) => parameter.toArray())).toEqual(kept.map((parameter) => parameter.toArray()));
  });

  test('changes nothing when a dictionary does not fit', () => {
    const optimizer = make(threeParameters());
    stepOn(optimizer);
    const before = numbers(optimizer);
    const dictionary = { ...optimizer.stateDict(), 'groups.0.lr': 0.5 };
    for (const name of Object.keys(dictionary)) {
      const { [name]: _left, ...truncated } = dictionary as Record<string, Tensor | number>;
      expect(() => optimizer.loadStateDict(truncated)).toThrow(`missing: ${name}`);
    }
    const wrong = Object.fromEntries(Object.keys(dictionary).map((name) => [name, zeros([7])]));
    expect(() => optimizer.loadStateDict({ ...wrong, 'groups.0.lr': 0.5 })).toThrow('misfit: groups.0.size');
    const sizes = Object.entries(optimizer.stateDict()).filter(([name]) => name.startsWith('groups.'));
    expect(() => optimizer.loadStateDict({ ...wrong, ...Object.fromEntries(sizes) })).toThrow('misfit: 0.');
    expect(numbers(optimizer)).toEqual(before);
  });

  test('keeps kernel memory flat over 10,000 steps', () => {
    const [weight, bias] = threeParameters();
    const optimizer = make([weight, bias]);
    const tape = new Tape();
    const inUse = (): number => memoryReport().persistent + memoryReport().arenas;
    const used: number[] = [];
    for (let step = 1; step <= 10_000; step++) {
      tape.backward(tape.record(() => sum(add(mul(weight, weight), mul(bias, bias)))));
      clipGradNorm([weight, bias], 1);
      optimizer.step();
      optimizer.zeroGrad();
      if (step === 100 || step === 10_000) used.push(inUse());
    }
    expect(used[1]).toBe(used[0]);
    expect([...weight.data].every(Number.isFinite)).toBe(true);
  });
});

test('a dictionary holds plain data', () => {
  const optimizer = new Adam(threeParameters().slice(0, 2));
  stepOn(optimizer);
  expect(Object.keys(optimizer.stateDict())).toEqual([
    'groups.0.lr',
    'groups.0.size',
    '0.firstMoment',
    '0.secondMoment',
    '0.beta1Power',
    '0.beta2Power',
    '1.firstMoment',
    '1.secondMoment',
    '1.beta1Power',
    '1.beta2Power',
  ]);
});

test('a dictionary that does not fit is described', () => {
  const optimizer = new SGD(threeParameters(), { momentum: 0.9 });
  const { '0.velocity': _left, ...rest } = optimizer.stateDict();
  expect(() =>
    optimizer.loadStateDict({ ...rest, '1.velocity': zeros([9]), '2.velocity': 3, '0.mean': zeros([3]) }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: SGD.loadStateDict: the dictionary does not fit; missing: 0.velocity; unexpected: 0.mean; misfit: 1.velocity is [9], not [1] (parameter 'bias'), 2.velocity is not a tensor (parameter 'scale'). Load it into what was built with the same parameters and options; nothing was changed.]`,
  );
  expect(() =>
    optimizer.loadStateDict({ ...optimizer.stateDict(), 'groups.0.lr': -1 }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: SGD.loadStateDict: the dictionary does not fit; misfit: groups.0.lr is -1, not a finite number of at least 0. Load it into what was built with the same parameters and options; nothing was changed.]`,
  );
  const int = zeros([1], { dtype: 'int32' });
  expect(() =>
    optimizer.loadStateDict({ ...optimizer.stateDict(), '1.velocity': int }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: SGD.loadStateDict: the dictionary does not fit; misfit: 1.velocity is int32, not float32 (parameter 'bias'). Load it into what was built with the same parameters and options; nothing was changed.]`,
  );
  const adam = new Adam(threeParameters());
  expect(() =>
    adam.loadStateDict({ ...adam.stateDict(), '2.beta1Power': Number.NaN }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: Adam.loadStateDict: the dictionary does not fit; misfit: 2.beta1Power is NaN, not a finite number. Load it into what was built with the same parameters and options; nothing was changed.]`,
  );
});

test('lr can be read and set between steps', () => {
  const parameter = new Parameter(tensor([1]));
  const optimizer = new SGD([parameter], { lr: 0.5 });
  parameter.grad = tensor([1]);
  optimizer.lr = 0.25;
  optimizer.step();
  expect([optimizer.lr, parameter.item()]).toEqual([0.25, 0.75]);
  expect(() => {
    optimizer.lr = Number.NaN;
  }).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: SGD: lr is NaN; lr must be a finite number of at least 0. Correct lr.]`,
  );
  expect(optimizer.lr).toBe(0.25);
});

test('zeroGrad marks all gradients empty', () => {
  const parameters = threeParameters();
  const optimizer = new SGD(parameters);
  stepOn(optimizer);
  optimizer.zeroGrad();
  expect(parameters.map(({ grad }) => grad)).toEqual([null, null, null]);
});

test('the list of parameters is checked', () => {
  const [weight, bias] = threeParameters();
  expect(() => new SGD([])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD: there are no parameters; parameters is a list of at least one Parameter. Pass model.parameters(), and check that its parameters stand in plain fields.]`,
  );
  expect(() => new Adam([weight, bias, weight])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new Adam: parameters[0] and parameters[2] are the same. weight is [3]; each parameter is listed once, or it would count twice. Remove the second one.]`,
  );
  const tensors: Iterable<Tensor> = [weight, zeros([2])];
  const module: object = { parameters: () => [weight] };
  expect(() => new SGD(module as Iterable<Parameter>)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD: parameters is an object, not a list; parameters is a list of at least one Parameter. Pass model.parameters().]`,
  );
  expect(() => new RMSprop(tensors as Iterable<Parameter>)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new RMSprop: parameters[1] is not a Parameter; only parameters have a gradient and can be written. Pass model.parameters(), or wrap a tensor: new Parameter(t).]`,
  );
});

test('nothing is written inside a recording', () => {
  const parameters = threeParameters();
  const optimizer = new SGD(parameters, { momentum: 0.9 });
  stepOn(optimizer);
  const before = [parameters.map((parameter) => parameter.toArray()), numbers(optimizer)];
  const dictionary = { ...optimizer.stateDict(), 'groups.0.lr': 7 };
  const inside = (fn: () => void) => () => {
    new Tape().record(() => {
      fn();
      return null;
    });
  };
  expect(inside(() => optimizer.step())).toThrowErrorMatchingInlineSnapshot(
    `[TapeError: SGD.step: a parameter is written inside a recording. parameter is [3]; the records that have read it would no longer agree with their numbers. Write it after record() has returned and backward() is done.]`,
  );
  expect(inside(() => optimizer.loadStateDict(dictionary))).toThrowErrorMatchingInlineSnapshot(
    `[TapeError: SGD.loadStateDict: a parameter is written inside a recording. parameter is [3]; the records that have read it would no longer agree with their numbers. Write it after record() has returned and backward() is done.]`,
  );
  expect([parameters.map((parameter) => parameter.toArray()), numbers(optimizer)]).toEqual(before);
});

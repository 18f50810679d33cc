/** Groups of parameters: their settings, their checks, their way through a dictionary. */
import { Parameter, tensor, zeros } from '@unroll/core';
import { expect, test } from 'vitest';
import { Adam, type OptimizerState, RMSprop, SGD } from './index.js';

const named = (name: string, values: number[]): Parameter => Object.assign(new Parameter(tensor(values)), { name });

test('options of a group hold for it, those of the optimizer for the rest', () => {
  const [a, b, c] = [named('a', [1]), named('b', [2]), named('c', [3])];
  const optimizer = new SGD([{ parameters: [a, b] }, { parameters: [c], lr: 0.5, momentum: 0.5 }], {
    lr: 0.1,
    weightDecay: 0.25,
  });
  expect(optimizer.groups.map(({ settings }) => settings)).toEqual([
    { lr: 0.1, momentum: 0, nesterov: false, weightDecay: 0.25 },
    { lr: 0.5, momentum: 0.5, nesterov: false, weightDecay: 0.25 },
  ]);
  expect(optimizer.groups.map(({ parameters }) => parameters)).toEqual([[a, b], [c]]);
  expect(optimizer.parameters).toEqual([a, b, c]);
});

test('each parameter is updated by the settings of its group, with the state that they ask for', () => {
  const [a, b] = [named('a', [1]), named('b', [1])];
  const optimizer = new SGD([{ parameters: [a] }, { parameters: [b], lr: 0.5, momentum: 0.5 }], { lr: 0.25 });
  for (let step = 0; step < 2; step++) {
    a.grad = tensor([1]);
    b.grad = tensor([1]);
    optimizer.step();
  }
  expect([a.item(), b.item()]).toEqual([0.5, -0.25]); // 1 − 2·¼ and 1 − ½·(1 + 1½)
  expect(Object.keys(optimizer.stateDict())).toEqual([
    'groups.0.lr',
    'groups.0.size',
    'groups.1.lr',
    'groups.1.size',
    '1.velocity',
  ]);
});

test('parameters without groups are one group', () => {
  const parameters = [named('a', [1]), named('b', [2])];
  const { groups } = new Adam(parameters, { lr: 0.5 });
  expect(groups.map(({ lr, parameters: own }) => [lr, own])).toEqual([[0.5, parameters]]);
});

test('learning rates are set for all groups or for one', () => {
  const optimizer = new SGD([{ parameters: [named('a', [1])], lr: 0.5 }, { parameters: [named('b', [1])] }]);
  const rates = (): number[] => optimizer.groups.map(({ lr }) => lr);
  for (const group of optimizer.groups) group.lr *= 2;
  expect(rates()).toEqual([1, 0.002]);
  expect(() => optimizer.lr).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: SGD: the groups have the learning rates 1, 0.002; optimizer.lr is the one that all of them have. Read groups[i].lr.]`,
  );
  optimizer.lr = 0.125;
  expect(rates()).toEqual([0.125, 0.125]);
  expect(optimizer.lr).toBe(0.125);
  expect(optimizer.groups.map(({ settings }) => settings.lr)).toEqual([0.125, 0.125]);
  const [first] = optimizer.groups;
  expect(() => {
    if (first !== undefined) first.lr = -1;
  }).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: SGD: lr is -1; lr must be a finite number of at least 0. Correct lr.]`,
  );
  expect(() => {
    optimizer.lr = Number.NaN;
  }).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: SGD: lr is NaN; lr must be a finite number of at least 0. Correct lr.]`,
  );
  expect(rates()).toEqual([0.125, 0.125]);
});

test('a dictionary keeps the learning rates of groups, and fits only groups that are cut alike', () => {
  const make = (sizes: readonly number[]): RMSprop => {
    const groups = sizes.map((size) => ({ parameters: Array.from({ length: size }, () => new Parameter(zeros([2]))) }));
    return new RMSprop(groups, { lr: 0.5 });
  };
  const numbers = (state: OptimizerState): unknown =>
    Object.entries(state).map(([name, value]) => [name, typeof value === 'number' ? value : value.toArray()]);
  const original = make([1, 2]);
  for (const [i, group] of original.groups.entries()) group.lr = 0.25 / (i + 1);
  for (const [i, parameter] of original.parameters.entries()) parameter.grad = tensor([i, 1]);
  original.step();
  const dictionary = original.stateDict();
  const copy = make([1, 2]);
  copy.loadStateDict(dictionary);
  expect(copy.groups.map(({ lr }) => lr)).toEqual([0.25, 0.125]);
  expect(numbers(copy.stateDict())).toEqual(numbers(dictionary));

  const other = make([2, 1]);
  expect(() => other.loadStateDict(dictionary)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: RMSprop.loadStateDict: the dictionary does not fit; misfit: groups.0.size is 1, not 2, groups.1.size is 2, not 1. Load it into what was built with the same parameters and options; nothing was changed.]`,
  );
  expect(() => make([3]).loadStateDict(dictionary)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: RMSprop.loadStateDict: the dictionary does not fit; unexpected: groups.1.lr, groups.1.size; misfit: groups.0.size is 1, not 3. Load it into what was built with the same parameters and options; nothing was changed.]`,
  );
  expect(other.groups.map(({ lr }) => lr)).toEqual([0.5, 0.5]);
});

test('groups are checked as the optimizer is, and named', () => {
  const [a, b] = [named('a', [1]), named('b', [2])];
  const make = (groups: readonly object[], options: object = {}) => {
    return () => new SGD(groups as Iterable<Parameter>, options);
  };
  expect(make([{ parameters: [a] }, { parameters: [b], momentum: 1 }])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD (in groups[1]): momentum is 1; momentum must be a number from 0 up to, not including, 1. Correct momentum.]`,
  );
  expect(make([{ parameters: [a], weight_decay: 1 }])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD (in groups[0]): unknown option 'weight_decay'; the options are lr, momentum, nesterov, weightDecay. Correct the name, or leave it out.]`,
  );
  expect(make([{ parameters: [a], lr: -1 }])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD (in groups[0]): lr is -1; lr must be a finite number of at least 0. Correct lr.]`,
  );
  expect(make([{ parameters: [a], nesterov: true }])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD (in groups[0]): nesterov is true and momentum is 0; nesterov looks ahead along the velocity, which there is only with momentum. Pass a momentum, such as 0.9, or leave nesterov out.]`,
  );
  expect(make([{ parameters: [a], lr: 1 }], { lr: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD: lr is -1; lr must be a finite number of at least 0. Correct lr.]`,
  );
  expect(make([{ parameters: [a] }, { parameters: [] }])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD (in groups[1]): there are no parameters; parameters is a list of at least one Parameter. Pass model.parameters(), and check that its parameters stand in plain fields.]`,
  );
  expect(make([{ parameters: [a] }, b])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD (in groups[1]): this is not a group, as others are; an optimizer is given parameters or groups, not both. Put the parameters into a group: { parameters: [parameter] }.]`,
  );
  expect(make([{ parameters: [a] }, { parameters: [b, a] }])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD: groups[0] and groups[1] share a parameter. a is [1]; each parameter is in one group, or it would be updated twice. Remove it from one of them.]`,
  );
  expect(make([{ parameters: [a, a] }])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD (in groups[0]): parameters[0] and parameters[1] are the same. a is [1]; each parameter is listed once, or it would count twice. Remove the second one.]`,
  );
  expect(make([{ parameters: () => [a] }])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new SGD (in groups[0]): parameters is a function, not a list; parameters is a list of at least one Parameter. Pass model.parameters().]`,
  );
});

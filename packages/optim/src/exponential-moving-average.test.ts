import '@unroll/kernels/reference';
import { add, mul, Parameter, Rng, randn, sum, Tape, tensor, zeros } from '@unroll/core';
import { memoryReport } from '@unroll/kernels';
import { expect, test } from 'vitest';
import { ExponentialMovingAverage, SGD } from './index.js';

type Dtype = 'float32' | 'float64';

/** Two parameters that go at random, one of them frozen, and their average. */
function wanderers(dtype: Dtype, decay: number) {
  const rng = new Rng(5);
  const parameters = [[2, 3], [4]].map((shape) => new Parameter(randn(shape, { rng, dtype })));
  Object.assign(parameters[1] as Parameter, { frozen: true });
  const average = new ExponentialMovingAverage(parameters, { decay });
  const numbers = (): number[] => parameters.flatMap((parameter) => [...parameter.data]);
  const move = (): number[] => {
    for (const parameter of parameters) parameter.assign(add(parameter, randn(parameter.shape, { rng, dtype })));
    return numbers();
  };
  return { parameters, average, numbers, move };
}

/** Σ (1 − d)·dᵗ⁻ⁱ·pᵢ / (1 − dᵗ): the definition, each weight by itself. */
function definition(history: readonly (readonly number[])[], decay: number): number[] {
  const t = history.length;
  const sums = new Array<number>((history[0] as readonly number[]).length).fill(0);
  for (const [i, numbers] of history.entries()) {
    const weight = ((1 - decay) * decay ** (t - 1 - i)) / (1 - decay ** t);
    for (const [j, number] of numbers.entries()) sums[j] = (sums[j] as number) + weight * number;
  }
  return sums;
}

test.each([
  [0, 1e-14, 1e-6],
  [0.5, 1e-14, 1e-6],
  [0.9, 1e-14, 1e-6],
  [0.999, 1e-13, 2e-6],
])('with decay %d it is what its definition says, after each of 40 updates', (decay, near64, near32) => {
  for (const [dtype, near] of [
    ['float64', near64],
    ['float32', near32],
  ] as const) {
    const { average, numbers, move } = wanderers(dtype, decay);
    const history: number[][] = [];
    for (let step = 0; step < 40; step++) {
      history.push(move());
      average.update();
      const expected = definition(history, decay);
      const averaged = average.withAverage(numbers);
      const largest = Math.max(...history.flat().map(Math.abs));
      averaged.forEach((a, i) => {
        expect(Math.abs(a - (expected[i] as number)) / largest).toBeLessThan(near);
      });
    }
  }
});

test('the first average is the parameters themselves, and one that stays is its average, bit for bit', () => {
  const { average, numbers, move } = wanderers('float32', 0.999);
  const first = move();
  for (let step = 0; step < 10; step++) {
    average.update();
    expect(average.withAverage(numbers)).toEqual(first);
  }
});

test('the parameters are back after withAverage, whatever happens in it', () => {
  const { parameters, average, numbers, move } = wanderers('float32', 0.5);
  move();
  average.update();
  const last = move();
  average.update();
  expect(average.withAverage(numbers)).not.toEqual(last);
  expect(numbers()).toEqual(last);
  const fail = (): never => {
    (parameters[0] as Parameter).assign(zeros([2, 3]));
    throw new Error('out of data');
  };
  expect(() => average.withAverage(fail)).toThrow('out of data');
  expect(numbers()).toEqual(last);
  const nested = average.withAverage(() => [numbers(), average.withAverage(numbers), numbers()]);
  expect(nested[1]).toEqual(nested[0]);
  expect(nested[2]).toEqual(nested[0]);
  expect(numbers()).toEqual(last);
  expect(() => average.withAverage(async () => numbers())).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: ExponentialMovingAverage.withAverage: the result is a promise; the parameters are put back as fn returns, which is before an async function has ended. Await the data first, then evaluate without async.]`,
  );
  expect(numbers()).toEqual(last);
});

test('a gradient does not mix the two', () => {
  const w = new Parameter(tensor([2]));
  const average = new ExponentialMovingAverage([w]);
  average.update();
  w.assign(tensor([4]));
  const tape = new Tape();
  const loss = average.withAverage(() => tape.record(() => sum(mul(w, w))));
  expect(loss.item()).toBe(4);
  expect(() => tape.backward(loss)).toThrow("parameter 'parameter' was written");
});

test('goes on from a dictionary as if it had never stopped', () => {
  const [original, copy] = [wanderers('float32', 0.9), wanderers('float32', 0.9)];
  for (let step = 0; step < 3; step++) {
    original.move();
    original.average.update();
  }
  const dictionary = original.average.stateDict();
  expect(Object.keys(dictionary)).toEqual(['decayPower', '0.average', '1.average']);
  copy.average.loadStateDict(dictionary);
  copy.parameters.forEach((parameter, i) => {
    parameter.assign(original.parameters[i] as Parameter);
  });
  for (const { average } of [original, copy]) average.update();
  expect(copy.average.withAverage(copy.numbers)).toEqual(original.average.withAverage(original.numbers));
  const { average } = original;
  const before = average.withAverage(original.numbers);
  const short = { decayPower: 2, '1.average': zeros([4]) };
  expect(() => average.loadStateDict(short)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: ExponentialMovingAverage.loadStateDict: the dictionary does not fit; missing: 0.average; misfit: decayPower is 2, not a number from 0 to 1. Load it into what was built with the same parameters and options; nothing was changed.]`,
  );
  expect(average.withAverage(original.numbers)).toEqual(before);
});

test('what makes no sense is refused', () => {
  const w = Object.assign(new Parameter(tensor([1, 2])), { name: 'w' });
  const make = (options: object) => () => new ExponentialMovingAverage([w], options);
  expect(make({ decay: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ExponentialMovingAverage: decay is 1; decay must be a number from 0 up to, not including, 1. Correct decay.]`,
  );
  expect(make({ momentum: 0.9 })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ExponentialMovingAverage: unknown option 'momentum'; the options are decay. Correct the name, or leave it out.]`,
  );
  expect(() => new ExponentialMovingAverage([])).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: new ExponentialMovingAverage: there are no parameters; parameters is a list of at least one Parameter. Pass model.parameters(), and check that its parameters stand in plain fields.]`,
  );
  const average = new ExponentialMovingAverage([w]);
  expect(() => average.withAverage(() => 0)).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: ExponentialMovingAverage.withAverage: nothing has been averaged yet; an average is of at least one update. Call update() after optimizer.step().]`,
  );
  average.update();
  const inside = (fn: () => unknown) => () => {
    new Tape().record(() => {
      fn();
      return null;
    });
  };
  expect(inside(() => average.update())).toThrowErrorMatchingInlineSnapshot(
    `[TapeError: ExponentialMovingAverage.update: a parameter is written inside a recording. parameter is [2]; the records that have read it would no longer agree with their numbers. Write it after record() has returned and backward() is done.]`,
  );
  expect(inside(() => average.withAverage(() => 0))).toThrow('ExponentialMovingAverage.withAverage: a parameter');
  expect(inside(() => average.loadStateDict(average.stateDict()))).toThrow('ExponentialMovingAverage.loadStateDict:');
});

test('keeps kernel memory flat over 10,000 updates', () => {
  const w = new Parameter(tensor([1, 2, 3]));
  const optimizer = new SGD([w], { lr: 1e-3 });
  const average = new ExponentialMovingAverage([w]);
  const tape = new Tape();
  const used: number[] = [];
  for (let step = 1; step <= 10_000; step++) {
    tape.backward(tape.record(() => sum(mul(w, w))));
    optimizer.step();
    optimizer.zeroGrad();
    average.update();
    average.withAverage(() => w.data);
    if (step === 100 || step === 10_000) used.push(memoryReport().persistent + memoryReport().arenas);
  }
  expect(used[1]).toBe(used[0]);
});

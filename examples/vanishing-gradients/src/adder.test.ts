import { Parameter, Rng, randn, Tape, tensor } from '@unroll/core';
import { expect, test } from 'vitest';
import { Adder, lstm } from './adder.js';

test('truncation changes gradients and nothing else: none come from before the last steps', () => {
  const x = new Parameter(randn([2, 10, 2], { rng: new Rng(2) }));
  const run = (back: number) => {
    const rng = new Rng(1);
    const adder = new Adder(lstm(10)(4, rng), { back, rng });
    const tape = new Tape();
    const sums = tape.record(() => adder.forward(x));
    const [gradient] = tape.gradient(sums, [x], { seed: tensor([[1], [1]]) });
    const [first = []] = (gradient?.toArray() ?? []) as number[][][];
    return { sums: sums.toArray(), reached: first.map((step) => step.some((entry) => entry !== 0)) };
  };
  const [whole, truncated] = [run(10), run(3)];
  expect(truncated.sums).toEqual(whole.sums);
  expect(whole.reached).toEqual(new Array(10).fill(true));
  expect(truncated.reached).toEqual([...new Array(7).fill(false), true, true, true]);
});

/** Promise 1: memory stays flat in a plain synchronous loop, where no finalizer ever runs. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memoryReport } from '@unroll/kernels';
import { expect, test } from 'vitest';
import {
  add,
  linear,
  mean,
  mul,
  Parameter,
  Rng,
  randn,
  square,
  stack,
  sub,
  sum,
  Tape,
  type Tensor,
  tanh,
  tensor,
  updateSgd,
  zeros,
} from '../index.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is in use: kernel memory that somebody holds, and the heap after a collection. */
function measure(): { kernel: number; heap: number } {
  collect();
  const { persistent, arenas } = memoryReport();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { kernel: persistent + arenas, heap: heapUsed + arrayBuffers };
}

const MEBIBYTE = 1_048_576;

test('100,000 recurrent steps go forward and back without overflow', () => {
  const w = new Parameter(tensor([[0.5]]));
  const tape = new Tape();
  const loss = tape.record(() => {
    let h: Tensor = zeros([1, 1]);
    for (let t = 0; t < 100_000; t++) h = tanh(add(linear(h, w), 0.1));
    return sum(h);
  });
  tape.backward(loss);
  // At the fixed point h = tanh(w·h + 0.1): dh/dw = s·h / (1 − s·w) with s = 1 − h².
  const h = loss.item();
  const s = 1 - h * h;
  expect(w.grad?.item()).toBeCloseTo((s * h) / (1 - s * 0.5), 5);
});

test.each([
  ['one tape', false],
  ['a new tape every step', true],
])('100,000 training steps with %s leave memory as it was', (_, newTapes) => {
  const rng = new Rng(1);
  const wx = new Parameter(mul(randn([3, 2], { rng }), 0.5));
  const wh = new Parameter(mul(randn([3, 3], { rng }), 0.5));
  const parameters = [wx, wh];
  const xs = Array.from({ length: 3 }, () => randn([2, 2], { rng }));
  const target = randn([2, 3], { rng });
  let tape = new Tape();
  let state: Tensor = zeros([2, 3]);
  let early = measure();
  for (let step = 1; step <= 100_000; step++) {
    if (newTapes) tape = new Tape();
    const run = tape.record(() => {
      const states: Tensor[] = [];
      let h = state;
      for (const x of xs) {
        h = tanh(add(linear(x, wx), linear(h, wh)));
        states.push(h);
      }
      return { loss: mean(square(sub(stack(states), target))), state: h };
    });
    for (const p of parameters) p.zeroGrad();
    tape.backward(run.loss);
    for (const p of parameters) updateSgd(p, null, { lr: 0.01, momentum: 0, nesterov: false, weightDecay: 0 });
    state = run.state;
    if (step === 1_000) early = measure();
  }
  const late = measure();
  expect(late.kernel).toBe(early.kernel);
  expect(Math.abs(late.heap - early.heap)).toBeLessThan(2 * MEBIBYTE);
});

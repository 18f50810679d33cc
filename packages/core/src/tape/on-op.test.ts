/** What listeners of a tape hear of its operations. */
import '@unroll/kernels/reference';
import { describe, expect, test } from 'vitest';
import {
  add,
  checkpoint,
  grad,
  mean,
  mul,
  namedScope,
  Parameter,
  pad,
  type RecordedOp,
  square,
  sum,
  Tape,
  type Tensor,
  tanh,
  tensor,
} from '../index.js';

/** A tape and the operations that it tells of. */
function listening(): { tape: Tape; heard: RecordedOp[]; stop: () => void } {
  const tape = new Tape();
  const heard: RecordedOp[] = [];
  return { tape, heard, stop: tape.onOp((op) => void heard.push(op)) };
}
const names = (heard: readonly RecordedOp[]): string[] => heard.map(({ name }) => name);

test('each operation is told in order, with inputs, output, attributes and scope', () => {
  const { tape, heard } = listening();
  const w = new Parameter(tensor([1, 2]));
  const result = tape.record(() =>
    namedScope('Block', () =>
      pad(
        namedScope('step', () => mul(w, 3), 4),
        0,
        1,
        0,
        7,
      ),
    ),
  );
  expect(heard.map(({ name, inputs, output }) => [name, inputs.map(({ shape }) => shape), output.toArray()])).toEqual([
    ['mul', [[2], []], [3, 6]],
    ['pad', [[2]], [7, 3, 6]],
  ]);
  const [product, padded] = heard as [RecordedOp, RecordedOp];
  expect(product.inputs[0]).toBe(w);
  expect(padded.inputs[0]).toBe(product.output);
  expect(padded.output).toBe(result);
  expect(padded.attributes).toMatchObject({ axis: 0, value: 7 });
  expect(product.scope).toEqual({ name: 'step', step: 4, outer: { name: 'Block', step: undefined, outer: null } });
  expect(padded.scope).toEqual({ name: 'Block', step: undefined, outer: null });
});

test('nothing else is: other tapes, what is not recorded, walks backwards', () => {
  const { tape, heard } = listening();
  const w = new Parameter(tensor([1, 2]));
  mul(w, 2);
  new Tape().record(() => mul(w, 2));
  const loss = tape.record(() => sum(square(w)));
  tape.backward(loss);
  grad((x: Tensor) => sum(tanh(x)))(tensor([1]));
  expect(names(heard)).toEqual(['square', 'sum']);
});

test('an inner gradient is told, since it is recorded; a checkpoint is one operation', () => {
  const { tape, heard } = listening();
  tape.record(() => sum(grad((x: Tensor) => sum(square(x)))(tensor([1, 2]))));
  expect(names(heard).slice(0, 3)).toEqual(['alias', 'square', 'sum']);
  expect(names(heard).length).toBeGreaterThan(4);
  heard.length = 0;
  const w = new Parameter(tensor([1, 2]));
  const loss = tape.record(() => sum(checkpoint((x) => tanh(mul(x, w)), mul(w, 2))));
  tape.backward(loss);
  expect(names(heard).filter((name) => name === 'checkpoint' || name === 'tanh')).toEqual(['checkpoint']);
});

describe('a listener', () => {
  test('stops for itself, in the middle of a recording too', () => {
    const tape = new Tape();
    const heard: string[] = [];
    const stopFirst = tape.onOp(({ name }) => {
      heard.push(`first ${name}`);
      stopFirst();
    });
    tape.record(() => {
      const x = mul(tensor([1]), 2);
      const stop = tape.onOp(({ name }) => void heard.push(`second ${name}`));
      const y = add(x, 1);
      stop();
      return tanh(y);
    });
    stopFirst();
    expect(heard).toEqual(['first mul', 'second add']);
  });

  test('passed twice is heard once', () => {
    const tape = new Tape();
    let calls = 0;
    const count = (): void => {
      calls += 1;
    };
    const stops = [tape.onOp(count), tape.onOp(count)];
    tape.record(() => mul(tensor([1]), 2));
    expect(calls).toBe(1);
    stops[0]?.();
    tape.record(() => mul(tensor([1]), 2));
    expect(calls).toBe(1);
  });

  test('computes without being recorded, and changes nothing', () => {
    const w = new Parameter(tensor([1, 2]));
    const means: number[] = [];
    const run = (listens: boolean): unknown => {
      const tape = new Tape();
      if (listens) tape.onOp(({ output }) => void means.push(mean(mul(output, w, 10)).item()));
      const loss = tape.record(() => sum(square(mul(w, 3))));
      w.zeroGrad();
      tape.backward(loss);
      return [tape.report().records, loss.item(), w.grad?.toArray()];
    };
    expect(run(true)).toEqual(run(false));
    // w is [1, 2]: the means of 10·w·3w, 10·w·9w² and 10·w·45.
    expect(means).toEqual([75, 405, 675]);
  });

  test('may take a gradient', () => {
    const tape = new Tape();
    const slopes: unknown[] = [];
    tape.onOp(({ output }) => void slopes.push(grad((x: Tensor) => sum(square(x)))(output).toArray()));
    tape.record(() => mul(tensor([1, 2]), 3));
    expect(slopes).toEqual([[6, 12]]);
  });

  test('that throws ends the recording, and the tape goes on', () => {
    const w = new Parameter(tensor([1, 2]));
    const tape = new Tape();
    const stop = tape.onOp(() => {
      throw new Error('stop');
    });
    expect(() => tape.record(() => sum(mul(w, 2)))).toThrow('stop');
    stop();
    tape.backward(tape.record(() => sum(mul(w, 2))));
    expect(w.grad?.toArray()).toEqual([2, 2]);
  });

  test('whose exception the program catches leaves the recording whole', () => {
    const w = new Parameter(tensor([1, 2]));
    const tape = new Tape();
    tape.onOp(({ name }) => {
      if (name === 'tanh') throw new Error('stop');
    });
    const loss = tape.record(() => {
      const h = mul(w, 2);
      expect(() => tanh(h)).toThrow('stop');
      return sum(square(h));
    });
    tape.backward(loss);
    expect(w.grad?.toArray()).toEqual([8, 16]);
  });

  test('can neither record, nor walk, nor write', () => {
    const w = new Parameter(tensor([1, 2]));
    const tape = new Tape();
    const attempts: (() => unknown)[] = [
      () => tape.record(() => mul(w, 2)),
      () => new Tape().record(() => mul(w, 2)),
      () => tape.backward(w),
      () => w.assign(tensor([0, 0])),
    ];
    const refusals: string[] = [];
    const stop = tape.onOp(() => {
      for (const attempt of attempts) {
        try {
          attempt();
        } catch (error) {
          refusals.push(String(error).split(';')[0] ?? '');
        }
      }
    });
    const loss = tape.record(() => sum(square(w)));
    stop();
    expect(refusals.slice(0, 4)).toEqual([
      'TapeError: record: a recording is going on already',
      'TapeError: record: a recording is going on already',
      'TapeError: backward: a recording is going on',
      'TapeError: assign: a parameter is written inside a recording. parameter is [2]',
    ]);
    tape.backward(loss);
    expect(w.grad?.toArray()).toEqual([2, 4]);
  });
});

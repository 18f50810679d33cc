/** A process alone: several ranks are in job.test.ts. */
import { Parameter, Tape, tensor } from '@unroll/core';
import { Linear } from '@unroll/nn';
import { describe, expect, test } from 'vitest';
import { Communicator, initialize } from './index.js';

/** One of so many that never meet. */
function apart(rank: number, size: number): Communicator {
  const never = (): never => {
    throw new Error('nobody is there');
  };
  const methods = { allReduce: never, broadcast: never, allGather: never, abort: never, finalize: never };
  return new Communicator({ rank, size, library: 'none', ...methods }, '');
}

describe('a process alone', () => {
  test('is rank 0 of 1, and nothing changes', () => {
    const mpi = initialize();
    expect([mpi.rank, mpi.size, mpi.message]).toEqual([0, 1, 'one process alone, without MPI']);
    expect(initialize()).toBe(mpi);
    const layer = new Linear({ inputSize: 2, outputSize: 2 });
    const before = layer.weight.toArray();
    mpi.broadcastParameters(layer);
    layer.weight.grad = tensor([
      [1, 2],
      [3, 4],
    ]);
    mpi.allReduceGradients(layer.parameters(), { weight: 3 });
    expect(layer.weight.toArray()).toEqual(before);
    expect(layer.weight.grad?.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect([mpi.allReduce(5), mpi.allReduce(5, 'mean')]).toEqual([5, 5]);
    expect([...mpi.shard([1, 2, 3])]).toEqual([1, 2, 3]);
    const rows = tensor([[1], [2]]);
    expect(mpi.shardRows(rows).toArray()).toEqual([[1], [2]]);
    expect(mpi.allGather(rows).toArray()).toEqual([[1], [2]]);
  });

  test('without weight has no gradient', () => {
    const parameter = new Parameter(tensor([1]));
    parameter.grad = tensor([Number.NaN]);
    initialize().allReduceGradients([parameter], { weight: 0 });
    expect(parameter.grad).toBeNull();
  });

  test('may begin again, but not go on after the end', () => {
    const mpi = initialize();
    mpi.finalize();
    mpi.finalize();
    expect(() => mpi.allReduce(1)).toThrowErrorMatchingInlineSnapshot(
      `[UnrollError: allReduce: finalize was called before; ranks do nothing together afterwards. Finalize when training is done.]`,
    );
    expect(initialize()).not.toBe(mpi);
    expect(initialize().allReduce(1)).toBe(1);
  });
});

describe('shares', () => {
  test('of items are equally many, and can be read again', () => {
    const shares = [0, 1, 2].map((rank) => apart(rank, 3).shard(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']));
    for (let reading = 0; reading < 2; reading++) {
      expect(shares.map((share) => [...share])).toEqual([
        ['a', 'd'],
        ['b', 'e'],
        ['c', 'f'],
      ]);
    }
  });

  test('of rows are all rows', () => {
    const batch = tensor([0, 1, 2, 3, 4, 5, 6]);
    expect([0, 1, 2].map((rank) => apart(rank, 3).shardRows(batch).toArray())).toEqual([
      [0, 1],
      [2, 3],
      [4, 5, 6],
    ]);
  });
});

describe('what is refused', () => {
  const parameter = new Parameter(tensor([1, 2]));

  test('weights, options and lists', () => {
    const mpi = initialize();
    const refusals = [
      () => mpi.allReduceGradients([parameter], { weight: -1 }),
      () => mpi.allReduceGradients([parameter], { weight: Number.NaN }),
      () => mpi.allReduceGradients([parameter], { tokens: 3 } as object),
      () => mpi.allReduceGradients([tensor([1])] as unknown as Parameter[]),
      () => initialize({ file: 'libmpi.so' } as object),
      () => mpi.allGather(tensor(1)),
      () => apart(0, 4).shardRows(tensor([1, 2, 3])),
    ].map((refused) => {
      try {
        refused();
      } catch (error) {
        return String(error);
      }
      return 'nothing was wrong';
    });
    expect(refusals).toMatchInlineSnapshot(`
      [
        "ValueError: allReduceGradients: weight is -1; it must be a finite number of at least 0. Pass how many tokens the loss is a mean of.",
        "ValueError: allReduceGradients: weight is NaN; it must be a finite number of at least 0. Pass how many tokens the loss is a mean of.",
        "ValueError: allReduceGradients: unknown option 'tokens'; the options are weight. Correct the name, or leave it out.",
        "ValueError: allReduceGradients: parameters[0] is not a Parameter; only parameters have a gradient and can be written. Pass model.parameters().",
        "ValueError: initialize: unknown option 'file'; the options are library. Correct the name, or leave it out.",
        "ShapeError: allGather: a scalar has no rows. rows is []; ranks share the first axis. Use allReduce for a number.",
        "ShapeError: shardRows: there are fewer rows than the 4 ranks. batch is [3]; each rank takes at least one. Pass a larger batch, or start fewer processes.",
      ]
    `);
  });

  test('to write while a tape records', () => {
    const record = (fn: () => void): unknown =>
      new Tape().record(() => {
        fn();
        return 0;
      });
    expect(() => record(() => apart(0, 2).allReduceGradients([parameter]))).toThrow(
      'allReduceGradients: a parameter is written inside a recording.',
    );
    expect(() => record(() => apart(0, 2).broadcastParameters({ parameters: () => [parameter] }))).toThrow(
      'broadcastParameters: a parameter is written inside a recording.',
    );
  });
});

/** A rank of the tests' jobs: `node ranks.fixture.js FOLDER WHAT …` leaves a report in the folder. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Parameter, Rng, slice, Tape, type Tensor, tensor } from '@unroll/core';
import { crossEntropy, Linear, LSTMCell, Module, unroll } from '@unroll/nn';
import { clipGradNorm, RMSprop } from '@unroll/optim';
import { type Communicator, initialize } from './index.js';

/** What a rank leaves behind: whatever can be written as JSON. */
export type Report = Readonly<Record<string, unknown>>;

const [, , folder = '', what = '', ...args] = process.argv;

/** Sizes that no number of ranks divides. */
const [BATCH, STEPS, SYMBOLS, HIDDEN] = [7, 6, 5, 8];

class Speller extends Module {
  readonly cell: LSTMCell;
  readonly head: Linear;

  constructor(rng: Rng) {
    super();
    this.cell = new LSTMCell({ inputSize: SYMBOLS, hiddenSize: HIDDEN, rng });
    this.head = new Linear({ inputSize: HIDDEN, outputSize: SYMBOLS, rng });
  }

  forward(x: Tensor): Tensor {
    return this.head.forward(unroll(this.cell, x).outputs);
  }
}

/** Symbols that follow each other by a rule, with targets of −1 where a sequence is over. */
function drawBatch(rng: Rng): { readonly x: Tensor; readonly y: Tensor } {
  const rows = Array.from({ length: BATCH }, () => {
    const [first, step, length] = [rng.integer(SYMBOLS), 1 + rng.integer(2), 1 + rng.integer(STEPS)];
    const row = Array.from({ length: STEPS + 1 }, (_, t) => (first + t * step) % SYMBOLS);
    return { x: row.slice(0, STEPS), y: row.slice(1).map((symbol, t) => (t < length ? symbol : -1)) };
  });
  const dtype = 'int32';
  return {
    x: tensor(
      rows.map(({ x }) => x),
      { dtype },
    ),
    y: tensor(
      rows.map(({ y }) => y),
      { dtype },
    ),
  };
}

/** All parameters after so many steps of training, which begins with those of rank 0. */
function train(mpi: Communicator, steps: number): Report {
  const model = new Speller(new Rng(mpi.rank));
  mpi.broadcastParameters(model);
  const parameters = model.parameters();
  const optimizer = new RMSprop(parameters, { lr: 0.002, alpha: 0.95 });
  const tape = new Tape();
  const rng = new Rng(9);
  for (let step = 0; step < steps; step++) {
    const batch = drawBatch(rng);
    const [x, y] = [mpi.shardRows(batch.x), mpi.shardRows(batch.y)];
    const tokens = y.data.filter((symbol) => symbol >= 0).length;
    const own = tape.record(() => crossEntropy(model.forward(x), y, { ignoreIndex: -1 }));
    optimizer.zeroGrad();
    tape.backward(own);
    mpi.allReduceGradients(parameters, { weight: tokens });
    clipGradNorm(parameters, 5);
    optimizer.step();
  }
  return { parameters: parameters.flatMap((parameter) => [...parameter.data]) };
}

/** The same in one process that computes what each of `ranks` would, and combines their gradients number by number. */
function restate(ranks: number, steps: number): Report {
  const model = new Speller(new Rng(0));
  const parameters = model.parameters();
  const optimizer = new RMSprop(parameters, { lr: 0.002, alpha: 0.95 });
  const tape = new Tape();
  const rng = new Rng(9);
  for (let step = 0; step < steps; step++) {
    const batch = drawBatch(rng);
    const sums = parameters.map(({ size }) => new Float32Array(size));
    let total = 0;
    for (let rank = 0; rank < ranks; rank++) {
      const [from, to] = [rank, rank + 1].map((r) => Math.floor((r * BATCH) / ranks)) as [number, number];
      const [x, y] = [slice(batch.x, 0, from, to), slice(batch.y, 0, from, to)];
      const tokens = y.data.filter((symbol) => symbol >= 0).length;
      optimizer.zeroGrad();
      tape.backward(tape.record(() => crossEntropy(model.forward(x), y, { ignoreIndex: -1 })));
      for (const [i, { grad }] of parameters.entries()) {
        const [sum = new Float32Array(0), gradient] = [sums[i], grad?.data];
        for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] ?? 0) + Math.fround((gradient?.[k] ?? 0) * tokens);
      }
      total += tokens;
    }
    for (const [i, parameter] of parameters.entries()) {
      const mean = (sums[i] ?? new Float32Array(0)).map((sum) => sum / total);
      parameter.grad = tensor(mean, { shape: parameter.shape });
    }
    clipGradNorm(parameters, 5);
    optimizer.step();
  }
  return { parameters: parameters.flatMap((parameter) => [...parameter.data]) };
}

/** What the other methods answer. */
function collect(mpi: Communicator): Report {
  const { rank } = mpi;
  const [some, none, frozen] = [1, 2, 3].map((value) => new Parameter(tensor([value, rank]))) as [
    Parameter,
    Parameter,
    Parameter,
  ];
  frozen.frozen = true;
  if (rank === 0) some.grad = tensor([4, 8]);
  mpi.allReduceGradients([some, none, frozen]);
  const equal = some.grad?.toArray();
  some.grad = tensor([rank, 10 * rank]);
  none.grad = tensor([Number.NaN, 1]);
  mpi.allReduceGradients([some, none], { weight: rank });
  const rows = tensor(Array.from({ length: 5 }, (_, i) => [i, -0, 1 / (i - 2)]));
  const own = mpi.shardRows(rows);
  return {
    equal,
    weighted: some.grad?.toArray(),
    isNaN: [...(none.grad?.data ?? [])].map(Number.isNaN),
    sums: (['sum', 'mean', 'min', 'max'] as const).map((how) => mpi.allReduce(rank + 0.5, how)),
    shard: [...mpi.shard(['a', 'b', 'c', 'd', 'e', 'f', 'g'])],
    rows: own.shape[0],
    isWhole: new Uint8Array(mpi.allGather(own).data.buffer).join() === new Uint8Array(rows.data.buffer).join(),
    ids: mpi.allGather(tensor([rank], { dtype: 'int32' })).toArray(),
    message: mpi.message,
  };
}

/** Rank 1 ends in the way that is asked for, while the others wait for it. */
async function fail(mpi: Communicator, how: string): Promise<Report> {
  if (mpi.rank === 1) {
    if (how === 'throw') throw new Error('rank 1 has a reason');
    if (how === 'reject') await Promise.reject(new Error('rank 1 has a reason'));
    if (how === 'exit') process.exit(4);
    if (how === 'kill') process.kill(process.pid, 'SIGKILL');
    if (how === 'quit') process.exit(0);
  }
  if (how === 'layout') {
    const parameter = new Parameter(tensor([1, 2, ...(mpi.rank === 1 ? [3] : [])]));
    parameter.name = 'weight';
    mpi.allReduceGradients([parameter]);
  }
  if (how !== 'quit') mpi.allReduce(1);
  return {};
}

const mpi = initialize(what === 'library' ? { library: String(args[0]) } : {});
if (mpi.rank === 0) process.stdout.write(`${mpi.message}\n`);
const tasks: Readonly<Record<string, () => Report | Promise<Report>>> = {
  train: () => train(mpi, Number(args[0])),
  restate: () => restate(Number(args[0]), Number(args[1])),
  collect: () => collect(mpi),
  fail: () => fail(mpi, String(args[0])),
};
const report = await tasks[what]?.();
writeFileSync(join(folder, `${mpi.rank}.json`), JSON.stringify(report ?? {}));

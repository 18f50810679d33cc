/**
 * What several ranks are worth on this machine: characters per second at the sizes of benchmark W3, of one process, of
 * ranks with a whole batch each (weak scaling), and of ranks that share one batch (strong scaling). They take turns, and
 * the median of the rounds counts. Needs a build, an mpirun, and a machine that does nothing else.
 *
 *   node packages/mpi/scripts/scaling.mjs [--ranks 2] [--rounds 5] [--seconds 5] [--mpirun "mpirun --bind-to core"]
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Rng, slice, Tape, tensor } from '@unroll/core';
import { initialize } from '@unroll/mpi';
import { crossEntropy, Linear, LSTMCell, unroll } from '@unroll/nn';
import { clipGradNorm, RMSprop } from '@unroll/optim';

const { values } = parseArgs({
  options: {
    ranks: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    mpirun: { type: 'string', default: 'mpirun' },
    batch: { type: 'string' }, // said to a rank
  },
});
const { training, rmsprop } = JSON.parse(
  readFileSync(new URL('../../benchmarks/workloads.json', import.meta.url), 'utf8'),
);
const { V, H, T, B, clip } = training.W3;
const [ranks, rounds, seconds] = [values.ranks, values.rounds, values.seconds].map(Number);

if (values.batch === undefined) compare();
else measure(Number(values.batch));

/** One rank: prints how many characters all of them learn from in a second. */
function measure(batch) {
  const mpi = initialize();
  const rng = new Rng(1);
  const cell = new LSTMCell({ inputSize: V, hiddenSize: H, rng });
  const head = new Linear({ inputSize: H, outputSize: V, rng });
  const parameters = [...cell.parameters(), ...head.parameters()];
  const optimizer = new RMSprop(parameters, rmsprop);
  const text = tensor(
    Int32Array.from({ length: batch * (T + 1) }, () => rng.integer(V)),
    { shape: [batch, T + 1] },
  );
  const [x, y] = [slice(text, 1, 0, T), slice(text, 1, 1, T + 1)];
  const tape = new Tape();
  const step = () => {
    const loss = tape.record(() => crossEntropy(head.forward(unroll(cell, x).outputs), y));
    optimizer.zeroGrad();
    tape.backward(loss);
    mpi.allReduceGradients(parameters, { weight: batch });
    clipGradNorm(parameters, clip);
    optimizer.step();
    return loss.item();
  };
  for (let i = 0; i < 10; i++) step();
  const begin = performance.now();
  let steps = 0;
  // All stop after the same step.
  while (mpi.allReduce((performance.now() - begin) / 1000, 'max') < seconds) {
    for (let i = 0; i < 5; i++) step();
    steps += 5;
  }
  const elapsed = mpi.allReduce((performance.now() - begin) / 1000, 'max');
  if (mpi.rank === 0) console.log(`characters per second: ${(steps * batch * T * mpi.size) / elapsed}`);
  mpi.finalize();
}

function compare() {
  const rows = [
    { name: 'one process', batch: B, size: 1, results: [] },
    { name: `${ranks} ranks, batch ${B} each (weak)`, batch: B, size: ranks, results: [] },
    { name: `${ranks} ranks, batch ${B / ranks} each (strong)`, batch: B / ranks, size: ranks, results: [] },
  ];
  for (let round = 0; round < rounds; round++) for (const row of rows) row.results.push(run(row));
  const [one] = rows.map(medianOf);
  console.log(`W3: LSTM ${H}, vocabulary ${V}, windows of ${T}; ${rounds} rounds of ${seconds} s, medians`);
  for (const row of rows) {
    const [middle, least, most] = [medianOf(row), Math.min(...row.results), Math.max(...row.results)].map(Math.round);
    console.log(`${row.name}: ${middle} characters/s (${least} to ${most}), ${(middle / one).toFixed(2)} ×`);
  }
}

function run({ batch, size }) {
  const self = [
    process.execPath,
    fileURLToPath(import.meta.url),
    '--batch',
    String(batch),
    '--seconds',
    values.seconds,
  ];
  const launcher = size === 1 ? [] : [...values.mpirun.split(' '), '-n', String(size)];
  const [program, ...args] = [...launcher, ...self];
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  const found = /characters per second: ([\d.]+)/.exec(stdout)?.[1];
  if (found === undefined) throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`);
  return Number(found);
}

function medianOf({ results }) {
  const sorted = [...results].sort((a, b) => a - b);
  return (sorted[Math.floor((rounds - 1) / 2)] + sorted[Math.floor(rounds / 2)]) / 2;
}

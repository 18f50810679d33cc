/**
 * Training steps of the benchmarks' workloads W2 and W3 (LSTMs, one fixed batch of random ids) with public names only, by
 * one thread and by two. It imports nothing of Node and asks for nothing of a page: `in-node.mjs` and `index.html` both
 * run it as it is.
 */
import { Rng, slice, Tape, tensor } from '@unroll/core';
import { views } from '@unroll/kernels';
import { useThreads } from '@unroll/kernels/threads';
import { crossEntropy, Linear, LSTMCell, unroll } from '@unroll/nn';
import { clipGradNorm, RMSprop } from '@unroll/optim';
import workloads from '../../packages/benchmarks/workloads.json' with { type: 'json' };

/** How many steps of each. */
const STEPS = { W2: 200, W3: 20 };

/** Which memory the kernels run in, and of each run the SHA-256 of all trained parameters and the last loss in nats. */
export async function train() {
  // A page that is not isolated from other origins has no SharedArrayBuffer, and so one thread.
  const isShared = typeof SharedArrayBuffer !== 'undefined' && views.float32.buffer instanceof SharedArrayBuffer;
  const runs = [];
  for (const threads of isShared ? [1, 2] : [1]) {
    if (isShared) await useThreads(threads);
    for (const [workload, steps] of Object.entries(STEPS)) {
      runs.push({ workload, threads, ...(await trainOne(workloads.training[workload], steps)) });
    }
  }
  return { memory: isShared ? 'shared' : 'plain', runs };
}

async function trainOne({ V, H, B, T, clip }, steps) {
  const rng = new Rng(1);
  const cell = new LSTMCell({ inputSize: V, hiddenSize: H, rng });
  const head = new Linear({ inputSize: H, outputSize: V, rng });
  const parameters = [...cell.parameters(), ...head.parameters()];
  const optimizer = new RMSprop(parameters, workloads.rmsprop);
  const text = tensor(
    Int32Array.from({ length: B * (T + 1) }, () => rng.integer(V)),
    { shape: [B, T + 1] },
  );
  const ids = slice(text, 1, 0, T);
  const targets = slice(text, 1, 1, T + 1);

  const tape = new Tape();
  let loss;
  for (let step = 0; step < steps; step++) {
    loss = tape.record(() => crossEntropy(head.forward(unroll(cell, ids).outputs), targets));
    optimizer.zeroGrad();
    tape.backward(loss);
    clipGradNorm(parameters, clip);
    optimizer.step();
  }

  const numbers = await new Blob(parameters.map((parameter) => parameter.data)).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', numbers));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { sha256, loss: loss.item() };
}

/**
 * 200 training steps of the benchmarks' workload W2 (a small LSTM, one fixed batch of random ids) with public names
 * only. It imports nothing of Node and asks for nothing of a page: `in-node.mjs` and `index.html` both run it as it is.
 */
import { Rng, slice, Tape, tensor } from '@unroll/core';
import { views } from '@unroll/kernels';
import { crossEntropy, Linear, LSTMCell, unroll } from '@unroll/nn';
import { clipGradNorm, RMSprop } from '@unroll/optim';
import workloads from '../../packages/benchmarks/workloads.json' with { type: 'json' };

const STEPS = 200;

/** The SHA-256 of all trained parameters, the last loss in nats, and which memory the kernels ran in. */
export async function trainW2() {
  const { V, H, B, T, clip } = workloads.training.W2;
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
  for (let step = 0; step < STEPS; step++) {
    loss = tape.record(() => crossEntropy(head.forward(unroll(cell, ids).outputs), targets));
    optimizer.zeroGrad();
    tape.backward(loss);
    clipGradNorm(parameters, clip);
    optimizer.step();
  }

  const numbers = await new Blob(parameters.map((parameter) => parameter.data)).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', numbers));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  // A page that is not isolated from other origins has no SharedArrayBuffer.
  const shared = typeof SharedArrayBuffer !== 'undefined' && views.float32.buffer instanceof SharedArrayBuffer;
  return { sha256, loss: loss.item(), memory: shared ? 'shared' : 'plain' };
}

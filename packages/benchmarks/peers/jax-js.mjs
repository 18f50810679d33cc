/**
 * jax-js's side of the benchmark, on its wasm backend with the whole step under `jit`. It has no `lax.scan`, so the
 * loop over time is part of the trace. Every use of an array but its last needs `.ref`.
 */
import { readFileSync } from 'node:fs';
import { blockUntilReady, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { serve } from '../dist/serve.js';
import { rmsprop } from '../dist/workloads.js';
import { draw, generator, randomIds, uniform } from './weights.mjs';

await init('wasm'); // without an argument it looks for `navigator`, which Node 20 does not have
const manifest = new URL('../node_modules/@jax-js/jax/package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(manifest, 'utf8'));

const random = generator(1);
const array = (shape, bound) => {
  const count = shape.reduce((product, size) => product * size, 1);
  return np.array(uniform(count, bound, random)).reshape(shape);
};
const mapValues = (record, f) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value, name)]));
const borrowed = (record) => mapValues(record, (value) => value.ref);
const disposeAll = (record) => {
  for (const value of Object.values(record)) value.dispose();
};
/** In the place of a second state that a cell does not have. */
const nothing = () => np.zeros([1]);

function parametersOf({ cell, V, H, L }) {
  const width = { rnn: 1, lstm: 4, gru: 3, peephole: 4 }[cell] * H;
  const bound = H ** -0.5;
  const parameters = { wy: array([H, V], bound), by: np.zeros([V]) };
  for (let l = 0; l < L; l++) {
    parameters[`wx${l}`] = array([l === 0 ? V : H, width], bound);
    parameters[`wh${l}`] = array([H, width], bound);
    parameters[`b${l}`] = np.zeros([width]);
    if (cell === 'gru') parameters[`newBias${l}`] = np.zeros([H]);
  }
  if (cell === 'peephole') for (const name of ['pi', 'pf', 'po']) parameters[name] = array([H], bound);
  return parameters;
}

/** One step each; they use up x and the state, and borrow the parameters. */
const steps = {
  rnn(p, l, x, [h, c]) {
    c.dispose();
    return [np.tanh(projected(p, l, x).add(np.matmul(h, p[`wh${l}`].ref))), nothing()];
  },
  lstm(p, l, x, [h, c]) {
    const [i, f, g, o] = np.split(projected(p, l, x).add(np.matmul(h, p[`wh${l}`].ref)), 4, 1);
    const next = nn
      .sigmoid(f)
      .mul(c)
      .add(nn.sigmoid(i).mul(np.tanh(g)));
    return [nn.sigmoid(o).mul(np.tanh(next.ref)), next];
  },
  gru(p, l, x, [h, c]) {
    c.dispose();
    const [xr, xz, xn] = np.split(projected(p, l, x), 3, 1);
    const [hr, hz, hn] = np.split(np.matmul(h.ref, p[`wh${l}`].ref), 3, 1);
    const [r, z] = [nn.sigmoid(xr.add(hr)), nn.sigmoid(xz.add(hz))];
    const n = np.tanh(xn.add(r.mul(hn.add(p[`newBias${l}`].ref))));
    return [n.ref.add(z.mul(h.sub(n))), nothing()];
  },
  peephole(p, l, x, [h, c]) {
    const [i, f, g, o] = np.split(projected(p, l, x).add(np.matmul(h, p[`wh${l}`].ref)), 4, 1);
    const written = nn.sigmoid(i.add(p.pi.ref.mul(c.ref))).mul(np.tanh(g));
    const next = nn
      .sigmoid(f.add(p.pf.ref.mul(c.ref)))
      .mul(c)
      .add(written);
    return [nn.sigmoid(o.add(p.po.ref.mul(next.ref))).mul(np.tanh(next.ref)), next];
  },
};
const projected = (p, l, x) => np.matmul(x, p[`wx${l}`].ref).add(p[`b${l}`].ref);

function lossOf({ cell, V, H, B, T, L }) {
  return (p, ids, targets) => {
    let xs = np.unstack(nn.oneHot(ids, V));
    for (let l = 0; l < L; l++) {
      let state = [np.zeros([B, H]), np.zeros([B, H])];
      xs = xs.map((x) => {
        state = steps[cell](p, l, x, state);
        return state[0].ref;
      });
      for (const part of state) part.dispose();
    }
    const logits = np.matmul(np.concatenate(xs, 0), p.wy.ref).add(p.by.ref);
    disposeAll(p);
    const chosen = nn.logSoftmax(logits, 1).mul(nn.oneHot(targets.reshape([T * B]), V));
    return chosen.sum().mul(-1 / (T * B));
  };
}

function stepOf(sizes) {
  const { clip } = sizes;
  const { lr, alpha } = rmsprop;
  const lossAndGradients = valueAndGrad(lossOf(sizes));
  return (p, squares, ids, targets) => {
    const [loss, raw] = lossAndGradients(borrowed(p), ids, targets);
    const gradients = clip > 0 ? clipped(raw, clip) : raw;
    const squaresNext = mapValues(squares, (s, name) =>
      s.mul(alpha).add(np.square(gradients[name].ref).mul(1 - alpha)),
    );
    const pNext = mapValues(p, (value, name) =>
      value.sub(gradients[name].mul(lr).div(np.sqrt(squaresNext[name].ref).add(1e-8))),
    );
    return [loss, pNext, squaresNext];
  };
}

function clipped(gradients, most) {
  const sums = Object.values(gradients).map((g) => np.square(g.ref).sum());
  const norm = np.sqrt(sums.reduce((a, b) => a.add(b)));
  const factor = np.array(most).div(np.maximum(norm, most));
  const scaled = mapValues(gradients, (g) => g.mul(factor.ref));
  factor.dispose();
  return scaled;
}

function training(sizes) {
  const { V, B, T } = sizes;
  const step = jit(stepOf(sizes));
  let parameters = parametersOf(sizes);
  let squares = mapValues(parameters, (value) => np.zeros(value.shape));
  const ids = randomIds((T + 1) * B, V, random);
  const rows = (from) => np.array(ids.slice(from * B, (from + T) * B), { dtype: np.int32 }).reshape([T, B]);
  return async () => {
    let loss;
    [loss, parameters, squares] = step(parameters, squares, rows(0), rows(1));
    await blockUntilReady([...Object.values(borrowed(parameters)), ...Object.values(borrowed(squares))]);
    return (await loss.data())[0];
  };
}

function sampling(sizes) {
  const { V, H } = sizes;
  const parameters = parametersOf(sizes);
  const step = jit((p, id, h, c) => {
    const [hNext, cNext] = steps.lstm(p, 0, nn.oneHot(id, V), [h, c]);
    const probabilities = nn.softmax(np.matmul(hNext.ref, p.wy.ref).add(p.by.ref), 1);
    disposeAll(p);
    return [hNext, cNext, probabilities];
  });
  let [h, c, id] = [np.zeros([1, H]), np.zeros([1, H]), 0];
  return () => {
    let probabilities;
    [h, c, probabilities] = step(borrowed(parameters), np.array([id], { dtype: np.int32 }), h, c);
    id = draw(probabilities.dataSync(), random);
    return undefined;
  };
}

function gemm({ m, k, n, stored }) {
  const a = array(stored[0] === 't' ? [k, m] : [m, k], 1);
  const b = array(stored[1] === 't' ? [n, k] : [k, n], 1);
  const oriented = (x, transposed) => (transposed ? np.transpose(x) : x);
  const product = jit((x, y) => np.matmul(oriented(x, stored[0] === 't'), oriented(y, stored[1] === 't')));
  return async () => {
    (await blockUntilReady(product(a.ref, b.ref))).dispose();
    return undefined;
  };
}

await serve(version, (workload) => {
  if (workload.kind === 'training') return training(workload.sizes);
  return workload.kind === 'sampling' ? sampling(workload.sizes) : gemm(workload);
});

/**
 * TensorFlow.js's side of the benchmark, on its wasm backend: `node tfjs.mjs layers|loop|tuned`.
 *
 * `layers` is tf.layers, trained with `trainOnBatch`. `loop` is a loop of ordinary operations with the input's product
 * of all steps at once (for the peephole cell inside the step). `tuned` knows the backend: it leaves that product in
 * the loop, since `tf.split` copies its whole input once per piece, and gives matMul a gradient that transposes first,
 * since the kernel is slow with transposeA and transposeB.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { serve } from '../dist/serve.js';
import { rmsprop } from '../dist/workloads.js';
import { draw, generator, randomIds, uniform } from './weights.mjs';

const require = createRequire(import.meta.url); // its ESM build does not load in Node
const tf = require('@tensorflow/tfjs');
const { setThreadsCount, setWasmPaths } = require('@tensorflow/tfjs-backend-wasm');

const [kind] = process.argv.slice(2);
setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist', '/'));
setThreadsCount(1);
await tf.setBackend('wasm');
await tf.ready();
if (tf.getBackend() !== 'wasm') throw new Error(`tfjs: the backend is ${tf.getBackend()}`);

const random = generator(1);
const variable = (shape, bound) => tf.variable(tf.tensor(uniform(tf.util.sizeFromShape(shape), bound, random), shape));

const matMulTransposing = tf.customGrad((a, b, save) => {
  save([a, b]);
  const gradFunc = (g, [a, b]) => [tf.matMul(g, tf.transpose(b)), tf.matMul(tf.transpose(a), g)];
  return { value: tf.matMul(a, b), gradFunc };
});
const matMul = kind === 'tuned' ? matMulTransposing : tf.matMul;

/** Gradients by name, scaled to a common norm of at most `most`; the library has no such function. */
function clipped(gradients, most) {
  return tf.tidy(() => {
    const norm = tf.sqrt(tf.addN(Object.values(gradients).map((g) => tf.sum(tf.square(g)))));
    const factor = tf.div(most, tf.maximum(norm, most));
    return Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, tf.mul(g, factor)]));
  });
}

/** [T·B, V] logits from T one-hot inputs [B, V]. */
function loopModel({ cell, V, H, B, L }) {
  const width = { rnn: 1, lstm: 4, gru: 3, peephole: 4 }[cell] * H;
  const bound = H ** -0.5;
  const layers = Array.from({ length: L }, (_, l) => ({
    wx: variable([l === 0 ? V : H, width], bound),
    wh: variable([H, width], bound),
    b: variable([width], 0),
  }));
  const newBias = cell === 'gru' ? variable([H], 0) : null;
  const [pi, pf, po] = cell === 'peephole' ? [0, 1, 2].map(() => variable([H], bound)) : [];
  const head = { w: variable([H, V], bound), b: variable([V], 0) };

  const project = ({ wx, b }, x) => tf.add(matMul(x, wx), b);
  const steps = {
    rnn: ({ wh }, p, [h]) => [tf.tanh(tf.add(p, matMul(h, wh)))],
    lstm({ wh }, p, [h, c]) {
      const [i, f, g, o] = tf.split(tf.add(p, matMul(h, wh)), 4, 1);
      const next = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
      return [tf.mul(tf.sigmoid(o), tf.tanh(next)), next];
    },
    gru({ wh }, p, [h]) {
      const [xr, xz, xn] = tf.split(p, 3, 1);
      const [hr, hz, hn] = tf.split(matMul(h, wh), 3, 1);
      const [r, z] = [tf.sigmoid(tf.add(xr, hr)), tf.sigmoid(tf.add(xz, hz))];
      const n = tf.tanh(tf.add(xn, tf.mul(r, tf.add(hn, newBias))));
      return [tf.add(n, tf.mul(z, tf.sub(h, n)))];
    },
    peephole({ wh }, p, [h, c]) {
      const [i, f, g, o] = tf.split(tf.add(p, matMul(h, wh)), 4, 1);
      const kept = tf.mul(tf.sigmoid(tf.add(f, tf.mul(pf, c))), c);
      const next = tf.add(kept, tf.mul(tf.sigmoid(tf.add(i, tf.mul(pi, c))), tf.tanh(g)));
      return [tf.mul(tf.sigmoid(tf.add(o, tf.mul(po, next))), tf.tanh(next)), next];
    },
  };
  const step = steps[cell];
  const projectsAtOnce = kind === 'loop' && cell !== 'peephole';

  return (inputs) => {
    let xs = inputs;
    for (const layer of layers) {
      if (projectsAtOnce) xs = tf.split(project(layer, tf.concat(xs, 0)), xs.length, 0);
      let state = [tf.zeros([B, H]), tf.zeros([B, H])];
      xs = xs.map((x) => {
        state = step(layer, projectsAtOnce ? x : project(layer, x), state);
        return state[0];
      });
    }
    return tf.add(matMul(tf.concat(xs, 0), head.w), head.b);
  };
}

const oneHot = (ids, V) => tf.cast(tf.oneHot(ids, V), 'float32');

function trainLoop(sizes) {
  const { V, B, T, clip } = sizes;
  const model = loopModel(sizes);
  const optimizer = tf.train.rmsprop(rmsprop.lr, rmsprop.alpha);
  const ids = randomIds((T + 1) * B, V, random);
  return () =>
    tf.tidy(() => {
      const rows = (from, to) => oneHot(tf.tensor1d(ids.subarray(from * B, to * B), 'int32'), V);
      const xs = Array.from({ length: T }, (_, t) => rows(t, t + 1));
      const y = rows(1, T + 1);
      const { value, grads } = tf.variableGrads(() => tf.losses.softmaxCrossEntropy(y, model(xs)));
      optimizer.applyGradients(clip > 0 ? clipped(grads, clip) : grads);
      return value.dataSync()[0];
    });
}

function layersModel({ cell, V, H, L }, batchInput, headActivation) {
  const layer = { rnn: tf.layers.simpleRNN, lstm: tf.layers.lstm, gru: tf.layers.gru }[cell];
  const model = tf.sequential();
  for (let l = 0; l < L; l++) {
    model.add(
      layer({
        units: H,
        recurrentInitializer: 'glorotUniform', // the default, orthogonal, takes seconds
        ...(l === 0 ? batchInput : {}),
        returnSequences: !batchInput.stateful,
        stateful: batchInput.stateful === true,
        ...(cell === 'gru' ? { resetAfter: false } : {}), // it has no other form
      }),
    );
  }
  model.add(tf.layers.dense({ units: V, ...(headActivation === null ? {} : { activation: headActivation }) }));
  return model;
}

function trainLayers(sizes) {
  const { V, B, T, clip } = sizes;
  const model = layersModel(sizes, { inputShape: [T, V] }, null);
  const optimizer = tf.train.rmsprop(rmsprop.lr, rmsprop.alpha);
  if (clip > 0) {
    // tf.layers has no clipnorm either.
    const apply = optimizer.applyGradients.bind(optimizer);
    optimizer.applyGradients = (gradients) => {
      const named = Array.isArray(gradients)
        ? Object.fromEntries(gradients.map(({ name, tensor }) => [name, tensor]))
        : gradients;
      const scaled = clipped(named, clip);
      apply(scaled);
      tf.dispose(scaled);
    };
  }
  model.compile({ optimizer, loss: (y, logits) => tf.losses.softmaxCrossEntropy(y, logits) });
  const [from, to] = [randomIds(B * T, V, random), randomIds(B * T, V, random)];
  return async () => {
    const [x, y] = tf.tidy(() => [from, to].map((ids) => oneHot(tf.tensor2d(ids, [B, T], 'int32'), V)));
    const loss = await model.trainOnBatch(x, y);
    tf.dispose([x, y]);
    return loss;
  };
}

function sampleLoop({ V, H }) {
  const bound = H ** -0.5;
  const [wx, wh, b] = [variable([V, 4 * H], bound), variable([H, 4 * H], bound), variable([4 * H], 0)];
  const [wy, by] = [variable([H, V], bound), variable([V], 0)];
  let [h, c, id] = [tf.zeros([1, H]), tf.zeros([1, H]), 0];
  return () => {
    const [hNext, cNext, probabilities] = tf.tidy(() => {
      const x = oneHot(tf.tensor1d([id], 'int32'), V);
      const [i, f, g, o] = tf.split(tf.add(tf.add(tf.matMul(x, wx), tf.matMul(h, wh)), b), 4, 1);
      const cNext = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
      const hNext = tf.mul(tf.sigmoid(o), tf.tanh(cNext));
      return [hNext, cNext, tf.softmax(tf.add(tf.matMul(hNext, wy), by))];
    });
    tf.dispose([h, c]);
    [h, c] = [hNext, cNext];
    id = draw(probabilities.dataSync(), random);
    probabilities.dispose();
    return undefined;
  };
}

function sampleLayers(sizes) {
  const { V } = sizes;
  const model = layersModel(sizes, { batchInputShape: [1, 1, V], stateful: true }, 'softmax');
  let id = 0;
  return () => {
    const probabilities = tf.tidy(() => model.predict(oneHot(tf.tensor2d([id], [1, 1], 'int32'), V), { batchSize: 1 }));
    id = draw(probabilities.dataSync(), random);
    probabilities.dispose();
    return undefined;
  };
}

function gemm({ m, k, n, stored }) {
  const [transposeA, transposeB] = [stored[0] === 't', stored[1] === 't'];
  const a = variable(transposeA ? [k, m] : [m, k], 1);
  const b = variable(transposeB ? [n, k] : [k, n], 1);
  return () => {
    tf.matMul(a, b, transposeA, transposeB).dispose();
    return undefined;
  };
}

await serve(tf.version_core, (workload) => {
  const layers = kind === 'layers';
  if (workload.kind === 'training') return (layers ? trainLayers : trainLoop)(workload.sizes);
  if (workload.kind === 'sampling') return (layers ? sampleLayers : sampleLoop)(workload.sizes);
  return gemm(workload);
});

/** `npm run example to-pytorch`: weights that go to PyTorch and come from it, with the same outputs on both sides. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { abs, lengthsToMask, max, mul, Rng, sub, type Tensor, tensor } from '@unroll/core';
import { loadTorchStateDict, readSafetensors, toTorchStateDict, writeSafetensors } from '@unroll/nn';
import { type Figure, figure, notRun, runExample } from 'example-runner';
import { findPython, runScript } from './python.js';
import { Tagger } from './tagger.js';

const names = {
  there: 'written here, read by nn.LSTM: largest difference of a score',
  back: 'written by nn.LSTM, read here: largest difference of a score',
};

/** Both compute in float32, in orders of their own: a score may differ in its last bits. */
const alike = { atMost: 1e-6, quick: 1e-6, format: (value: number) => value.toExponential(1) };

await runExample({
  name: 'to-pytorch',
  title: 'Hands weights to nn.LSTM of PyTorch and takes some from it, by files, and compares outputs.',
  flags: {},
  run() {
    const python = findPython();
    if (python === undefined) {
      const reason = 'no Python that can import torch (on Debian: apt-get install python3-torch)';
      return Object.values(names).map((name) => notRun(name, reason));
    }
    const folder = mkdtempSync(join(tmpdir(), 'to-pytorch-'));
    try {
      return [thereBy(python, join(folder, 'here.safetensors')), backBy(python, join(folder, 'there.safetensors'))];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
});

function thereBy(python: string, file: string): Figure {
  const rng = new Rng(1);
  const model = new Tagger({ vocabularySize: 30, embeddingSize: 8, hiddenSize: 12, tags: 4 }, rng);
  const ids = tensor(
    Int32Array.from({ length: 5 * 11 }, () => rng.integer(30)),
    { shape: [5, 11] },
  );
  const lengths = tensor([11, 3, 8, 1, 6], { dtype: 'int32' });
  const input = { ids, lengths, scores: model.forward(ids, lengths) };
  const weights = toTorchStateDict(model, { cellsAs: 'layers' });
  writeFileSync(file, writeSafetensors({ ...weights, ...input }, { metadata: { format: 'pt' } }));
  return figure(names.there, Number(runScript(python, 'read.py', file)), alike);
}

function backBy(python: string, file: string): Figure {
  runScript(python, 'write.py', file);
  const { ids, lengths, scores, ...weights } = readSafetensors(readFileSync(file)).tensors;
  if (ids === undefined || lengths === undefined || scores === undefined) throw new Error(`${file} lacks an input.`);
  const model = new Tagger({ vocabularySize: 20, embeddingSize: 6, hiddenSize: 10, tags: 5 });
  loadTorchStateDict(model, weights);
  return figure(names.back, largestDifference(model.forward(ids, lengths), scores, lengths), alike);
}

/** What stands behind the end of a sequence is padding. Shapes: a, b `[N, T, K]`, lengths `[N]`. */
function largestDifference(a: Tensor, b: Tensor, lengths: Tensor): number {
  const seen = lengthsToMask(lengths, a.shape[1] as number);
  return max(mul(max(abs(sub(a, b)), -1), seen)).item();
}

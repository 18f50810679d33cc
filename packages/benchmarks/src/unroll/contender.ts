/**
 * Unroll's side of the benchmark. `node contender.js projected` takes the peephole cell with `project`, and
 * `node contender.js LSTMCell` that cell into the race of the cells.
 */
import { readFileSync } from 'node:fs';
import { serve } from '../serve.js';
import { elementwiseRun, gemmRun } from './kernels.js';
import { cellStep, samplingStep, trainingStep } from './training.js';

const [, , chosen = ''] = process.argv;
const { version } = JSON.parse(readFileSync(new URL('../../../core/package.json', import.meta.url), 'utf8')) as {
  version: string;
};

await serve(version, (workload) => {
  switch (workload.kind) {
    case 'training':
      return trainingStep(workload.sizes, { projected: chosen === 'projected' });
    case 'cells':
      return cellStep(chosen, workload.sizes);
    case 'sampling':
      return samplingStep(workload.sizes);
    case 'gemm':
      return gemmRun(workload);
    case 'elementwise':
      return elementwiseRun(workload.operation, workload.size);
  }
});

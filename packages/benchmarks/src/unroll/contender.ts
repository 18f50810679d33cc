/** Unroll's side of the benchmark. `node contender.js projected` takes the peephole cell with `project`. */
import { readFileSync } from 'node:fs';
import { serve } from '../serve.js';
import { elementwiseRun, gemmRun } from './kernels.js';
import { samplingStep, trainingStep } from './training.js';

const projected = process.argv[2] === 'projected';
const { version } = JSON.parse(readFileSync(new URL('../../../core/package.json', import.meta.url), 'utf8')) as {
  version: string;
};

await serve(version, (workload) => {
  switch (workload.kind) {
    case 'training':
      return trainingStep(workload.sizes, { projected });
    case 'sampling':
      return samplingStep(workload.sizes);
    case 'gemm':
      return gemmRun(workload);
    case 'elementwise':
      return elementwiseRun(workload.operation, workload.size);
  }
});

/**
 * Unroll's side of the benchmark. `node contender.js projected` takes the peephole cell with `project`, and
 * `node contender.js LSTMCell` that cell into the race of the cells. `--threads N` divides kernels among threads,
 * `--blas N` lets a library with so many threads compute the products.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { useBlas } from '@unroll/blas';
import { useThreads } from '@unroll/kernels/threads';
import { serve } from '../serve.js';
import { elementwiseRun, gemmRun } from './kernels.js';
import { cellStep, samplingStep, trainingStep } from './training.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: 'string', default: '1' }, blas: { type: 'string' } },
});
const [chosen = ''] = positionals;
if (values.blas !== undefined) {
  const { library, message } = useBlas({ threads: Number(values.blas) });
  if (library === null) throw new Error(message);
}
await useThreads(Number(values.threads));
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

/** What the packages weigh in a page: minified by esbuild and gzipped, against budgets. Why they are what they are: docs/decisions/0015. */
import { gzipSync } from 'node:zlib';
import { withEsbuild } from './bundlers.mjs';
import { TRAINED_LSTM } from './unused.mjs';

const CORE = ['@unroll/core', '@unroll/kernels'];
const allOf = (name) => `export * from '@unroll/${name}';`;
const some = (name, exports) => `export { ${exports} } from '@unroll/${name}';`;

/** In thousands of bytes. What is `external` is not counted. */
const BUDGETS = [
  { what: 'an LSTM that is trained', kB: 55, code: TRAINED_LSTM },
  { what: 'all of core and kernels', kB: 62, code: `${allOf('core')} export * as kernels from '@unroll/kernels';` },
  { what: 'all of kernels', kB: 21, code: allOf('kernels') },
  { what: 'all of nn', kB: 43, code: allOf('nn'), external: CORE },
  { what: 'all of optim', kB: 6.2, code: allOf('optim'), external: CORE },
  { what: 'all of data', kB: 11, code: allOf('data'), external: CORE },
  { what: 'all of data/synthetic', kB: 18, code: allOf('data/synthetic'), external: CORE },
  { what: 'all of viz, without Plot', kB: 15, code: allOf('viz'), external: ['@observablehq/plot', 'linkedom'] },
  { what: 'all of onnx, without nn', kB: 18.5, code: allOf('onnx'), external: [...CORE, '@unroll/nn'] },
  { what: 'LSTMCell', kB: 4, code: some('nn', 'LSTMCell'), external: CORE },
  { what: 'GRUCell, unroll', kB: 6.6, code: some('nn', 'GRUCell, unroll'), external: CORE },
  { what: 'beamSearch', kB: 3.5, code: some('nn', 'beamSearch'), external: CORE },
  { what: 'Encoder, Decoder', kB: 5.7, code: some('nn', 'Encoder, Decoder'), external: CORE },
  { what: 'readStateDict, writeStateDict', kB: 4, code: some('nn', 'readStateDict, writeStateDict'), external: CORE },
  { what: 'Adam', kB: 3.2, code: some('optim', 'Adam'), external: CORE },
  { what: 'CharVocabulary, bpttWindows', kB: 3, code: some('data', 'CharVocabulary, bpttWindows'), external: CORE },
];

/** Prints each figure beside its budget. Answers complaints; `folder` is a project in which all packages are installed. */
export async function checkSizes(esbuild, folder) {
  const complaints = [];
  for (const { what, kB, code, external } of BUDGETS) {
    const text = await withEsbuild(esbuild, code, folder, external);
    const size = gzipSync(text, { level: 9 }).length / 1000;
    console.log(`  ${what.padEnd(32)} ${size.toFixed(1).padStart(5)} of ${kB} kB`);
    if (size > kB) complaints.push(`${what} weighs ${size.toFixed(1)} kB gzipped; its budget is ${kB} kB.`);
  }
  return complaints;
}

import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultServerConditions, type Plugin } from 'vite';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { bundle } from './vitest.bundle.js';

/** `UNROLL_KERNELS=reference` runs the same tests on the ndarray kernels instead of the WebAssembly ones. */
const kernels = process.env.UNROLL_KERNELS ?? 'wasm';
if (kernels !== 'wasm' && kernels !== 'reference')
  throw new Error(`UNROLL_KERNELS is "wasm" or "reference", not "${kernels}".`);

/** Node 20 has relaxed SIMD behind a flag of V8 that later versions no longer know; the relaxed kernels are tested everywhere. */
const relaxedSimd = process.versions.node.startsWith('20.') ? ['--experimental-wasm-relaxed-simd'] : [];

/** One project a package and example, and one for the documentation; the kernels' own tests choose their tables themselves. */
const folders = ['packages', 'examples'].flatMap((group) =>
  readdirSync(group).map((name) => ({
    name,
    root: `${group}/${name}`,
    include: ['src/**/*.test.ts'],
    execArgv: name === 'kernels' ? relaxedSimd : [],
  })),
);
const documentation = [
  { name: 'docs', root: 'docs', include: ['*.test.ts'] },
  { name: 'playground', root: 'docs/playground', include: ['src/**/*.test.ts'] },
];
const all = [...folders, ...documentation];
const chosen = kernels === 'reference' ? all.filter(({ name }) => name === 'core' || name === 'nn') : all;

// Siblings resolve to their sources: tests need no build.
const conditions = ['@unroll/source', ...defaultServerConditions];

/** Files that workers run, and in which file of the same folder their URL stands. */
const FOR_WORKERS = [
  { file: 'worker', namedIn: '/packages/kernels/src/threads/start-worker.ts' },
  { file: 'in-worker', namedIn: '/packages/blas/src/index.ts' },
];

/** No worker runs TypeScript: where the URL of a file for them stands, tests get it as JavaScript. */
const filesForWorkers: Plugin = {
  name: 'files-for-workers',
  enforce: 'pre',
  async transform(code, id) {
    const found = FOR_WORKERS.find(({ namedIn }) => id.endsWith(namedIn));
    if (found === undefined) return;
    const { file } = found;
    const project = basename(this.environment.config.root); // each has its own: they are made at the same time
    const script = await bundle(
      `${dirname(id)}/${file}.ts`,
      `${import.meta.dirname}/test-results/workers/${project}/${file}`,
    );
    return code.replaceAll(`new URL('./${file}.js', import.meta.url)`, `new URL('${pathToFileURL(script)}')`);
  },
};

const config: ViteUserConfig = defineConfig({
  plugins: [filesForWorkers],
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 300_000, // a limit against hanging, not on speed: machines are slow now and then
    reporters: ['default', 'json'],
    outputFile: { json: `test-results/${kernels}.json` }, // `.ci/run` counts from these
    setupFiles: kernels === 'reference' ? [`${import.meta.dirname}/vitest.reference-kernels.ts`] : [],
    coverage: { include: ['packages/*/src/**'], exclude: ['**/*.test.ts', '**/testing/**'] },
    projects: chosen.map((project) => ({ extends: true as const, test: project })),
  },
});

export default config;

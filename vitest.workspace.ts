import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { build, defaultServerConditions, type Plugin } from 'vite';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

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

/** No worker runs TypeScript: where the threads of the kernels start theirs, tests get it as JavaScript. */
const workerOfThreads: Plugin = {
  name: 'worker-of-threads',
  enforce: 'pre',
  async transform(code, id) {
    if (!id.endsWith('/packages/kernels/src/threads/start-worker.ts')) return;
    const lib = { entry: id.replace('start-worker.ts', 'worker.ts'), formats: ['es' as const] };
    const built = await build({ configFile: false, logLevel: 'warn', build: { write: false, minify: false, lib } });
    if (!Array.isArray(built) || built[0] === undefined) throw new Error('The worker of the threads has no bundle.');
    const file = `${import.meta.dirname}/test-results/worker-of-threads.mjs`;
    mkdirSync(`${import.meta.dirname}/test-results`, { recursive: true });
    writeFileSync(file, built[0].output[0].code);
    return code.replaceAll("new URL('./worker.js', import.meta.url)", `new URL('${pathToFileURL(file)}')`);
  },
};

const config: ViteUserConfig = defineConfig({
  plugins: [workerOfThreads],
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

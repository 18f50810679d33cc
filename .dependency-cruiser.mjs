/**
 * The layers: kernels ← core ← nn | optim | data ← examples, benchmarks, docs; kernels ← blas; core ← mpi. onnx stands
 * on core and nn, viz by itself. Type imports count.
 * Imports of one package by another are seen as the file that the name resolves to.
 */
const published = '^packages/(kernels|core|nn|optim|data|viz|onnx|blas|mpi)/src/';
/** Packages that bind libraries of the machine, and so run in Node only. */
const native = '^packages/(blas|mpi)/src/';
const tests = '[.](test|fixture)[.]ts$';

/** Package `name` may reach, of the other packages, only those of `allowed`. */
const layer = (name, allowed) => ({
  name: `${name}-knows-only-${allowed.length > 0 ? allowed.join('-and-') : 'itself'}`,
  comment: 'kernels ← core ← nn | optim | data; none of the last three imports another.',
  severity: 'error',
  // Tests may also import the reference kernels by name.
  from: { path: `^packages/${name}/src/`, pathNot: tests },
  to: { path: '^(packages|examples|docs)/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    layer('kernels', []),
    layer('core', ['kernels']),
    layer('nn', ['core']),
    layer('optim', ['core']),
    layer('data', ['core']),
    layer('viz', []),
    layer('onnx', ['core', 'nn']),
    layer('blas', ['kernels']),
    layer('mpi', ['core', 'kernels']),
    {
      name: 'tests-stay-in-their-layer',
      comment: 'A test may reach core and kernels from above, nothing beside its own package.',
      severity: 'error',
      from: { path: '^packages/(nn|optim|data)/src/.*[.](test|fixture)[.]ts$' },
      to: { path: '^(packages|examples)/', pathNot: '^packages/($1|core|kernels)/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'siblings-by-name',
      comment: 'Import @unroll/<package> or one of its entry points, never a path into it.',
      severity: 'error',
      from: { path: '^(?:packages|examples)/([^/]+)/' },
      to: { path: '^(packages|examples)/', pathNot: '^(packages|examples)/$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'siblings-by-entry-point',
      severity: 'error',
      from: { path: '^(?:packages|examples)/([^/]+)/' },
      to: {
        path: '^packages/',
        pathNot: [
          '^packages/$1/',
          '^packages/[^/]+/src/((flags|reference|relaxed|synthetic|testing|threads)/)?index[.]ts$',
        ],
      },
    },
    {
      name: 'no-node-modules-of-node',
      comment: 'A published package runs everywhere, but for those that bind libraries; files are passed in.',
      severity: 'error',
      from: { path: published, pathNot: [tests, native] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-declared-dependencies',
      comment: 'What a published source imports is a dependency or peer dependency of its package.',
      severity: 'error',
      from: { path: published, pathNot: tests },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'ndarray-ops-in-the-reference-only',
      comment: 'It compiles source at import, which a content security policy may forbid.',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/kernels/src/reference/' },
      to: { path: 'ndarray-ops' },
    },
    {
      name: 'char-lm-trains-everywhere',
      comment: 'What the playground runs in a browser reaches no module of Node.',
      severity: 'error',
      from: { path: '^examples/char-lm/src/index[.]ts$' },
      to: {
        path: '^(node:)?(assert|buffer|crypto|fs|module|os|path|process|timers|url|util|v8|worker_threads)(/|$)',
        reachable: true,
      },
    },
    {
      name: 'page-and-worker-share-the-protocol',
      comment: 'They run in two threads, and know of each other what src/protocol.ts says.',
      severity: 'error',
      from: { path: '^docs/playground/src/(page|worker)/' },
      to: { path: '^docs/playground/src/(page|worker)/', pathNot: '^docs/playground/src/$1/' },
    },
    {
      name: 'no-tests-in-sources',
      severity: 'error',
      from: { path: '^(packages|examples|docs)/', pathNot: tests },
      to: { path: tests },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // What packages/benchmarks/peers imports is installed by `npm run bench` alone.
    exclude: '/dist/|/scripts/|/runs/|packages/kernels/src/wasm/assembly/|packages/benchmarks/peers/',
    doNotFollow: 'node_modules',
    tsPreCompilationDeps: true, // sees `import type`
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@unroll/source', 'types', 'import', 'node', 'default'],
    },
  },
};

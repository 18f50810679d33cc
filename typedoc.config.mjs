import { OptionDefaults } from 'typedoc';
import { loadTex } from './docs/typedoc/tex.mjs';

/** One site over all published packages. A warning fails the build. */
export default {
  name: 'Unroll',
  entryPointStrategy: 'packages',
  entryPoints: ['core', 'nn', 'optim', 'data', 'kernels'].map((name) => `packages/${name}`),
  packageOptions: {
    readme: 'README.md',
    excludePrivate: true,
    excludeInternal: true,
    disableSources: true, // no link to a host that a fork does not have
    blockTags: [...OptionDefaults.blockTags, '@source'],
  },
  readme: 'README.md',
  out: 'docs/site',
  treatWarningsAsErrors: true,
  markdownItLoader: loadTex,
};

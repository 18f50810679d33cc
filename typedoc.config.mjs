import { OptionDefaults } from 'typedoc';
import { loadFigures } from './docs/typedoc/figures.mjs';
import { loadLabels } from './docs/typedoc/labels.mjs';
import { pages } from './docs/typedoc/pages.mjs';
import { followPages, loadSiteLinks } from './docs/typedoc/site-links.mjs';
import { loadSources } from './docs/typedoc/sources.mjs';
import { loadTables } from './docs/typedoc/tables.mjs';
import { loadTex } from './docs/typedoc/tex.mjs';
import { load } from './docs/typedoc/theme.mjs';

const kinds = ['Class', 'Function', 'Variable', 'Namespace', 'Module', 'Interface', 'TypeAlias'];

/** One site over all published packages and the guides. A warning fails the build. */
export default {
  name: 'Unroll',
  entryPointStrategy: 'packages',
  entryPoints: ['core', 'nn', 'optim', 'data', 'viz', 'onnx', 'kernels', 'blas', 'mpi'].map(
    (name) => `packages/${name}`,
  ),
  packageOptions: {
    readme: 'README.md',
    excludePrivate: true,
    excludeInternal: true,
    disableSources: true, // no link to a host that a fork does not have
    blockTags: [...OptionDefaults.blockTags, '@source'],
    validation: { notDocumented: true },
    requiredToBeDocumented: kinds.filter((kind) => kind !== 'Module'),
    kindSortOrder: [...kinds, 'Constructor', 'Property', 'Accessor', 'Method'],
    groupOrder: ['Classes', 'Functions', 'Variables', 'Namespaces', 'Modules', 'Interfaces', 'Type Aliases'],
  },
  projectDocuments: pages,
  sortEntryPoints: false, // the order of reading
  readme: 'docs/site.md',
  out: 'docs/site',
  treatWarningsAsErrors: true,
  plugin: [load, followPages],
  theme: 'unroll',
  router: 'unroll',
  customCss: 'docs/typedoc/site.css',
  favicon: 'docs/typedoc/favicon.svg',
  markdownItLoader(markdown) {
    for (const extend of [loadTex, loadFigures, loadLabels, loadTables, loadSources, loadSiteLinks]) extend(markdown);
  },
  headings: { readme: false, document: true },
  navigation: { includeFolders: false },
  highlightLanguages: [...OptionDefaults.highlightLanguages, 'python'],
  useFirstParagraphOfCommentAsSummary: true,
  searchInDocuments: true,
  searchInComments: true,
  searchGroupBoosts: { Documents: 10, Classes: 2, Functions: 1.5, Properties: 0.3 },
  includeHierarchySummary: false,
  hideGenerator: true,
};

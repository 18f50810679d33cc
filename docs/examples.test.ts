/** The examples of doc comments, READMEs and single pages. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkExamples, root } from './examples.js';

const sources = readdirSync(join(root, 'packages'), { recursive: true, encoding: 'utf8' })
  .filter((file) => !/node_modules|[\\/]dist[\\/]|[.]test[.]ts$|[\\/]assembly[\\/]/.test(file))
  .filter((file) => file.endsWith('.ts') || file.endsWith('README.md'))
  .map((file) => `packages/${file}`);

checkExamples('sources', [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'docs/computational-graph.md',
  'docs/site.md',
  ...sources,
]);

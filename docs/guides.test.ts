/** The examples of the guides. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkExamples, root } from './examples.js';

const pages = readdirSync(join(root, 'docs/guides')).filter((file) => file.endsWith('.md'));

checkExamples(
  'guides',
  pages.map((file) => `docs/guides/${file}`),
);

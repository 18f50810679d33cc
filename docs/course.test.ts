/** The examples of the course. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkExamples, root } from './examples.js';

const pages = readdirSync(join(root, 'docs/course')).filter((file) => file.endsWith('.md'));

checkExamples(
  'course',
  pages.map((file) => `docs/course/${file}`),
);

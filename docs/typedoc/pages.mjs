/** Which Markdown files are pages of the site, in which group of its navigation, and in which order. */
import { existsSync, readdirSync } from 'node:fs';

/** The Markdown files of a folder in the order of their names, which begin with numbers where they are read in order. */
const filesIn = (folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .sort()
    .map((file) => `${folder}/${file}`);

const examples = readdirSync('examples')
  .map((name) => `examples/${name}/README.md`)
  .filter((file) => existsSync(file));

/** `index` is the page of the group itself; a group is placed before the packages or after them. */
export const groups = [
  { title: 'Guides', first: true, index: 'docs/guides/README.md', files: filesIn('docs/guides') },
  { title: 'The course', first: true, index: 'docs/course/README.md', files: filesIn('docs/course') },
  { title: 'Examples', first: false, files: examples },
  {
    title: 'How it is made',
    first: false,
    files: [
      'ARCHITECTURE.md',
      'docs/numbers.md',
      'docs/performance.md',
      'docs/computational-graph.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
    ],
  },
  { title: 'Decisions', first: false, index: 'docs/decisions/README.md', files: filesIn('docs/decisions') },
];

/** All of them, for TypeDoc's option `projectDocuments`. */
export const pages = groups.flatMap(({ index, files }) => (index === undefined ? files : [index, ...files]));

/**
 * Follows every link of the built site that leads into it: the file must be there, and the place in it. TypeDoc checks the
 * links of comments and pages as it resolves them; this looks at what came out, whoever wrote it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const site = 'docs/site';
const files = readdirSync(site, { recursive: true }).map(normalize);
const pages = files.filter((file) => file.endsWith('.html'));
if (pages.length === 0) throw new Error('There is no site to check. Build it first: npm run docs');

const read = (file) => readFileSync(join(site, file), 'utf8');
/** The places in each page and drawing that a link can lead to. */
const places = new Map(
  files
    .filter((file) => /[.](html|svg)$/.test(file))
    .map((file) => [file, new Set([...read(file).matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id))]),
);

const entities = { '&quot;': '"', '&#39;': "'", '&lt;': '<', '&gt;': '>', '&amp;': '&' };
const plain = (attribute) => attribute.replace(/&(?:quot|#39|lt|gt|amp);/g, (entity) => entities[entity]);

/** What is wrong with a link of a page; undefined for nothing. */
function complaint(page, link) {
  if (/^[a-z]+:/i.test(link)) return undefined;
  const [path, place] = decodeURIComponent(link).split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path.split('?')[0]));
  if (target.startsWith('..')) return 'leads out of the site';
  if (!existsSync(join(site, target))) return 'leads nowhere';
  const isMissing = place !== undefined && place !== '' && !places.get(target)?.has(place);
  return isMissing ? `leads to a page without the place "${place}"` : undefined;
}

const complaints = new Set();
let links = 0;
for (const page of pages) {
  for (const [, attribute] of read(page).matchAll(/\s(?:href|src)="([^"]*)"/g)) {
    const link = plain(attribute);
    const problem = complaint(page, link);
    links += 1;
    if (problem !== undefined) complaints.add(`${page}: ${link} ${problem}`);
  }
}
for (const found of complaints) console.error(`✗ ${found}`);
console.log(`${links} links on ${pages.length} pages, ${complaints.size} of them broken.`);
process.exit(complaints.size > 0 ? 1 : 0);

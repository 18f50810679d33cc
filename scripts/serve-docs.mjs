/** Serves docs/site on this machine alone: `npm run docs:serve`, or with another port `npm run docs:serve -- 9000`. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { serveHere } from './static-server.mjs';

const root = resolve(import.meta.dirname, '../docs/site');
if (!existsSync(`${root}/index.html`)) throw new Error('There is no docs/site. Build it first: npm run docs');

serveHere(root, Number(process.argv[2] ?? 8080));

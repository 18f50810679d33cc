/** Serves docs/site on this machine alone: `npm run docs:serve`, or with another port `npm run docs:serve -- 9000`. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';

const root = resolve(import.meta.dirname, '../docs/site');
const port = Number(process.argv[2] ?? 8080);

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The file that an address stands for; undefined where there is none, or it would lie outside. */
function fileOf(url) {
  const path = resolve(join(root, decodeURIComponent(new URL(url, 'http://localhost').pathname)));
  const file = path === root ? join(root, 'index.html') : path;
  return file.startsWith(root + sep) && existsSync(file) && statSync(file).isFile() ? file : undefined;
}

if (!existsSync(join(root, 'index.html'))) throw new Error('There is no docs/site. Build it first: npm run docs');

const server = createServer((request, response) => {
  const file = fileOf(request.url ?? '/');
  if (file === undefined) {
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('There is no such page.\n');
    return;
  }
  response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'text/plain; charset=utf-8' });
  createReadStream(file).pipe(response);
});
server.listen(port, '127.0.0.1', () => console.log(`http://localhost:${port}/ (Ctrl-C ends it)`));

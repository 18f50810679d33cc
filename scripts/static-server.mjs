/** Serves a folder on this machine alone. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The file that an address stands for; undefined where there is none, or it would lie outside. */
function fileOf(root, url) {
  const path = resolve(join(root, decodeURIComponent(new URL(url, 'http://localhost').pathname)));
  const file = path === root ? join(root, 'index.html') : path;
  return file.startsWith(root + sep) && existsSync(file) && statSync(file).isFile() ? file : undefined;
}

/** A server of the files of `folder`, each sent with `headers`. It does not listen yet. */
export function serverOf(folder, headers = {}) {
  const root = resolve(folder);
  return createServer((request, response) => {
    const file = fileOf(root, request.url ?? '/');
    if (file === undefined) {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('There is no such page.\n');
      return;
    }
    response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'text/plain; charset=utf-8', ...headers });
    response.end(readFileSync(file));
  });
}

/** Serves `folder` until Ctrl-C, and says where. */
export function serveHere(folder, port) {
  serverOf(folder).listen(port, '127.0.0.1', () => console.log(`http://localhost:${port}/ (Ctrl-C ends it)`));
}

/** W2 in Chromium: the page is bundled as a user would bundle it, served from this machine, and posts what came of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'vite';

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const contentTypes = { '.html': 'text/html', '.js': 'text/javascript' };
/** Only a page that is isolated from other origins has SharedArrayBuffer. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** Why Chromium cannot run here; undefined where it can. */
export const missing = existsSync(executable) ? undefined : `there is no ${executable} (CHROMIUM=… names another)`;

/** Calls `use` with the folder of the bundled page, which exists until then. */
export async function withPage(use) {
  const folder = mkdtempSync(join(tmpdir(), 'unroll-same-bits-'));
  try {
    const out = { outDir: folder, emptyOutDir: true };
    await build({ configFile: false, root: import.meta.dirname, logLevel: 'warn', build: out });
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the page in `folder` posts from a fresh Chromium. Throws after `limit` milliseconds without an answer. */
export async function runPage(folder, { isolated, limit }) {
  const headers = isolated ? isolation : {};
  const server = createServer();
  const answer = new Promise((resolve, reject) => {
    server.on('request', async (request, response) => {
      if (request.method === 'POST') {
        resolve(JSON.parse(await text(request)));
        response.writeHead(204).end();
        return;
      }
      const path = join(folder, request.url === '/' ? 'index.html' : new URL(request.url, 'http://localhost').pathname);
      if (!existsSync(path)) {
        response.writeHead(404).end();
        reject(new Error(`the page asked for ${request.url}, which the bundle does not hold`));
        return;
      }
      response.writeHead(200, { 'Content-Type': contentTypes[extname(path)], ...headers }).end(readFileSync(path));
    });
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');

  const profile = mkdtempSync(join(tmpdir(), 'unroll-chromium-'));
  const address = `http://localhost:${server.address().port}/`;
  // A group of its own, so that its helpers end with it.
  const chromium = spawn(executable, [...flags, `--user-data-dir=${profile}`, address], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const said = text(chromium.stderr);
  const closed = once(chromium, 'close');
  let timer;
  try {
    return await Promise.race([
      answer,
      closed.then(async ([status]) => {
        throw new Error(`Chromium ended with status ${status} before the page answered:\n${await said}`);
      }),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${limit / 1000} s`)), limit);
      }),
    ]);
  } finally {
    clearTimeout(timer);
    server.closeAllConnections();
    server.close();
    if (chromium.exitCode === null) {
      process.kill(-chromium.pid, 'SIGKILL');
      await closed;
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

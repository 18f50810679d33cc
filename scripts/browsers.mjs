/** Browsers without a window: each opens a page that this machine serves, and the page posts what came of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { serverOf } from './static-server.mjs';

const chromiumFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Each is run where its program is: Chromium where Debian puts it, the others where a variable names them. */
export const browsers = [
  {
    name: 'Chromium',
    variable: 'CHROMIUM',
    program: process.env.CHROMIUM ?? '/usr/bin/chromium',
    command: (program, profile, address) => [program, ...chromiumFlags, `--user-data-dir=${profile}`, address],
  },
  {
    name: 'Firefox',
    variable: 'FIREFOX',
    program: process.env.FIREFOX,
    command: (program, profile, address) => [program, '--headless', '--no-remote', '--profile', profile, address],
  },
  {
    // WebKitGTK's MiniBrowser, which has no mode without a window, and no isolated pages.
    name: 'WebKit',
    variable: 'WEBKIT',
    program: process.env.WEBKIT,
    command: (program, _profile, address) => ['xvfb-run', '--auto-servernum', program, '--private', address],
    hasNoIsolation: true,
  },
];

/** The browsers that can run here. Says which cannot, and calls `fail(name, reason)` where the CI must have one. */
export function availableBrowsers(fail) {
  return browsers.filter(({ name, variable, program }) => {
    if (program !== undefined && existsSync(program)) return true;
    const reason =
      program === undefined ? `${variable}=… would name it` : `there is no ${program} (${variable}=… names another)`;
    if (process.env.CI === 'true' && name === 'Chromium') fail(name, reason);
    else console.log(`– ${name} skipped: ${reason}`);
    return false;
  });
}

/** Headers of a page that is isolated from other origins; only such a page has SharedArrayBuffer. */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * What the page at the root of `folder` posts, from a fresh `browser`. `headers` go with every file. Throws after `limit`
 * milliseconds without an answer, and where the page asks for a file that is not there.
 */
export async function runPage(browser, folder, { headers = {}, limit }) {
  const server = serverOf(folder, headers);
  const answer = new Promise((resolve, reject) => {
    server.prependListener('request', async (request, response) => {
      if (request.method === 'POST') resolve(JSON.parse(await text(request)));
      response.on('finish', () => {
        // The answer has no file either, and browsers ask for an icon by themselves.
        if (response.statusCode !== 404 || request.method === 'POST' || request.url === '/favicon.ico') return;
        reject(new Error(`the page asked for ${request.url}, which is not there`));
      });
    });
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');

  const profile = mkdtempSync(join(tmpdir(), 'unroll-browser-'));
  const address = `http://localhost:${server.address().port}/`;
  // A group of its own, so that its helpers end with it.
  const [command, ...args] = browser.command(browser.program, profile, address);
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const said = text(child.stderr);
  const closed = once(child, 'close');
  let timer;
  try {
    return await Promise.race([
      answer,
      closed.then(async ([status]) => {
        throw new Error(`${browser.name} ended with status ${status} before the page answered:\n${await said}`);
      }),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${limit / 1000} s`)), limit);
      }),
    ]);
  } finally {
    clearTimeout(timer);
    server.closeAllConnections();
    server.close();
    if (child.exitCode === null) {
      process.kill(-child.pid, 'SIGKILL');
      await closed;
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

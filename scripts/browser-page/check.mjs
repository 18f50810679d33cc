/**
 * `examples/browser-page` beside the packages as npm would install them, without a bundler: in Chromium, and in Firefox
 * and WebKit where they are named, it trains to the digits that Node reaches, also under a content security policy that
 * allows its import map and WebAssembly. `--serve` shows the page instead. Needs a build.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { train } from '../../examples/browser-page/train.js';
import { availableBrowsers, runPage } from '../browsers.mjs';
import { install } from '../packages/install.mjs';
import { packAll } from '../packages/pack.mjs';
import { serveHere } from '../static-server.mjs';

const LIMIT = 120_000; // milliseconds a page
const example = 'examples/browser-page';

const unknown = process.argv.slice(2).filter((argument) => argument !== '--serve');
if (unknown.length > 0) throw new Error(`There is no option ${unknown.join(' ')}; there is --serve.`);

let failures = 0;

function fail(where, reason) {
  failures += 1;
  console.error(`✗ ${where}: ${reason}`);
}

const folder = mkdtempSync(join(tmpdir(), 'unroll-browser-page-'));
try {
  await layOut();
  if (process.argv.includes('--serve')) {
    serveHere(folder, 8080);
    await once(process, 'SIGINT');
  } else await checkBrowsers();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failures > 0 ? 1 : 0);

/** The example and what it needs of the registry, as if its reader had copied it and called npm. */
async function layOut() {
  const needed = ['@unroll/core', '@unroll/data', '@unroll/kernels', '@unroll/nn', '@unroll/optim'];
  const packages = packAll(folder).filter(({ name }) => needed.includes(name));
  await install(
    folder,
    packages.map(({ archive }) => archive),
  );
  for (const file of ['index.html', 'page.css', 'page.js', 'train.js']) cpSync(join(example, file), join(folder, file));
}

async function checkBrowsers() {
  const expected = await trainHere();
  const policy = addReport();
  for (const browser of availableBrowsers(fail)) {
    await check(browser.name, expected, () => runPage(browser, folder, { limit: LIMIT }));
    const headers = { 'Content-Security-Policy': policy };
    await check(`${browser.name}, ${policy}`, expected, () => runPage(browser, folder, { headers, limit: LIMIT }));
  }
}

/** What the page must show, from Node. */
async function trainHere() {
  const losses = [];
  const error = await train((update, loss) => {
    if (update % 100 === 0) losses.push(loss.toFixed(4));
  });
  if (!(error < 0.01)) throw new Error(`In Node the error is ${error}; it should be below 0.01.`);
  return { losses, error };
}

/** Lets the page report what it shows. Returns the policy that allows what the page has in it. */
function addReport() {
  const index = join(folder, 'index.html');
  const page = readFileSync(index, 'utf8');
  writeFileSync(index, page.replace('<head>', '<head><script src="report.js"></script>'));
  cpSync(join(import.meta.dirname, 'report.js'), join(folder, 'report.js'));
  const [, importMap] = /<script type="importmap">(.*?)<\/script>/s.exec(page);
  const hash = createHash('sha256').update(importMap).digest('base64');
  return `script-src 'self' 'wasm-unsafe-eval' 'sha256-${hash}'`;
}

async function check(where, expected, run) {
  const { losses, result, error } = await run().catch(({ message }) => ({ error: message }));
  const isSame =
    isDeepStrictEqual(losses, expected.losses) &&
    result.startsWith(`The error on 500 unseen sequences is ${expected.error},`);
  const given = error ?? `losses ${losses.join(', ')}. ${result}`;
  if (isSame) console.log(`✓ ${where}: ${given}`);
  else fail(where, `${given}; Node has ${JSON.stringify(expected)}`);
}

/** The built playground below a path of a server of this machine, and visits to it with Chromium. */
import { once } from 'node:events';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { serverOf } from '../static-server.mjs';

/** The page must work wherever it is put. */
const PATH = 'some/where/playground';
/** Also for the worker, which the page's own policy does not reach. */
const headers = { 'Content-Security-Policy': "script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'" };
const LIMIT = 60_000; // milliseconds that anything may take

/**
 * Calls `use` with a way to visit the playground, built into `folder`. `visit(options)` opens a browser profile of its
 * own; what the page asks for elsewhere, complains about or throws is gathered in `complaints`.
 */
export async function withPlayground(folder, executablePath, use) {
  const out = { outDir: join(folder, PATH), emptyOutDir: true };
  await build({ root: 'docs/playground', logLevel: 'warn', build: out, configFile: 'docs/playground/vite.config.ts' });
  const server = serverOf(folder, headers);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];
  const browser = await chromium.launch({
    executablePath,
    args: [...args, '--disable-component-update', '--disable-sync'],
  });
  const complaints = [];
  try {
    const visit = async (options = {}) => {
      const context = await browser.newContext(options);
      context.setDefaultTimeout(LIMIT);
      context.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(origin) && !url.startsWith('blob:')) complaints.push(`asked for ${url}`);
      });
      context.on('response', (response) => {
        if (response.status() >= 400) complaints.push(`${response.url()} is not there`);
      });
      context.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`said ${message.text()}`);
      });
      context.on('weberror', (error) => complaints.push(`threw ${error.error().stack}`));
      return { context, browser, open: () => open(context, `${origin}/${PATH}/index.html`) };
    };
    return await use(visit, complaints);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

async function open(context, address) {
  const page = await context.newPage();
  await page.goto(address);
  await until(page, /^(Ready|Your last visit)/);
  return page;
}

/** Waits until the page says that. Fails at once where it says that it was stopped. */
export async function until(page, wanted) {
  const status = page.locator('#status');
  await status.filter({ hasText: new RegExp(`${wanted.source}|^Stopped`) }).waitFor();
  const said = await status.textContent();
  if (!wanted.test(said)) throw new Error(`the page says "${said}"`);
}

/** Fills fields of the form by their names. */
export async function choose(page, options) {
  for (const [name, value] of Object.entries(options)) {
    const field = page.locator(`[name="${name}"]`);
    if (!(await field.isVisible())) await page.locator('summary').click();
    if (name === 'cell') await field.selectOption(value);
    else await field.fill(String(value));
  }
}

/** Trains until all windows are done, and answers the SHA-256 that the page then shows. */
export async function trainToTheEnd(page) {
  await page.locator('#train').click();
  await until(page, /^Done/);
  return /sha256 ([0-9a-f]{64})/.exec(await page.locator('#sha256').textContent())?.[1];
}

/** The checkpoint that the page gives, in a file. */
export async function downloadCheckpoint(page, path) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()]);
  await download.saveAs(path);
  return path;
}

/**
 * The playground in Chromium, below a path, under a strict content security policy: it trains, and stays responsive; a
 * run goes from page to Node and back with the same bits, and outlives its tab; what is wrong is said where it is; it can
 * be used by keyboard, and axe finds nothing to complain about. Needs a build.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { browsers } from '../browsers.mjs';
import { longestTask } from './main-thread.mjs';
import { choose, downloadCheckpoint, trainToTheEnd, until, withPlayground } from './visit.mjs';

/** What is trained here: small, and with much to lose when something is not saved. */
const small = { cell: 'lstm', hidden: 24, layers: 2, dropout: 0.1, lr: 0.01, stepsPerWindow: 32, windows: 60, seed: 3 };
/** Bits per character after those 60 windows. The text has 91 different characters, log₂ 91 = 6.5. */
const BOUND = 4.6;
/** Milliseconds of the main thread's own time that no task may take in training. */
const LONGEST_TASK = 50;

const [{ program }] = browsers;
if (!existsSync(program)) {
  const reason = `there is no ${program} (CHROMIUM=… names another)`;
  console[process.env.CI === 'true' ? 'error' : 'log'](`– The playground was not tried: ${reason}`);
  process.exit(process.env.CI === 'true' ? 1 : 0);
}

const folder = mkdtempSync(join(tmpdir(), 'unroll-playground-'));
const shaIn = (text) => /sha256 ([0-9a-f]{64})/.exec(text)?.[1] ?? 'none';
const checkpointOf = (out) => join(folder, out, 'checkpoint.safetensors');
const more = ['--windows', '90'];
/** What Node reaches with the command that the page prints, and with more windows. */
const reached = { sixty: '', ninety: '' };

let failures = 0;
try {
  await withPlayground(folder, program, async (visit, complaints) => {
    const first = await visit();
    await check('trains', () => trains(first));
    await check('page → Node', () => pageToNode());
    await check('Node → page', () => nodeToPage(visit));
    await check('a closed tab', () => closedTab(first));
    await check('responsive', () => responsive(visit));
    await check('sentences', () => sentences(visit));
    await check('by keyboard, on a phone, dark', () => byKeyboard(visit));
    await check('nothing from elsewhere, no errors', () => assert.deepEqual(complaints, []));
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failures > 0 ? 1 : 0);

async function check(what, run) {
  const begin = performance.now();
  try {
    const found = await run();
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    console.log(`✓ ${what}${found === undefined ? '' : `: ${found}`}, ${seconds} s`);
  } catch (error) {
    failures += 1;
    console.error(`✗ ${what}: ${error.stack}`);
  }
}

/** The command line of char-lm; answers the SHA-256 that it prints. */
function node(args, out) {
  const program = ['examples/char-lm/dist/main.js', ...args, '--out', join(folder, out)];
  return shaIn(execFileSync(process.execPath, program, { encoding: 'utf8' }));
}

async function trains({ open }) {
  const page = await open();
  await accessible(page);
  await choose(page, small);
  const command = await page.locator('#command').textContent();
  const sha256 = await trainToTheEnd(page);
  await accessible(page);
  const bits = Number(await page.locator('#figure-bits').textContent());
  assert.ok(bits < BOUND, `${bits} bits per character; they should be below ${BOUND}`);
  assert.match(await page.locator('#sample').textContent(), /\w/);

  const args = command.replace('npm start -- ', '').split(' ');
  reached.sixty = node(args, 'whole');
  reached.ninety = node([...args, ...more], 'further');
  assert.equal(sha256, reached.sixty);
  await downloadCheckpoint(page, join(folder, 'page.safetensors'));
  const [here, there] = [join(folder, 'page.safetensors'), checkpointOf('whole')].map((file) => readFileSync(file));
  assert.ok(here.equals(there), 'the checkpoint differs from the one that Node writes');
  return `${bits} bits per character after 60 windows, the same bits and the same file as ${command}`;
}

function pageToNode() {
  assert.equal(node(['--resume', join(folder, 'page.safetensors'), ...more], 'resumed'), reached.ninety);
  return '30 windows more in Node give what Node alone gives';
}

async function nodeToPage(visit) {
  const { open, context } = await visit();
  const page = await open();
  await page.locator('#checkpoint-file').setInputFiles(checkpointOf('whole'));
  await until(page, /^The checkpoint is loaded: 60 of 60 windows/);
  await choose(page, { windows: 90 });
  assert.equal(await trainToTheEnd(page), reached.ninety);
  await downloadCheckpoint(page, join(folder, 'page-90.safetensors'));
  assert.ok(readFileSync(join(folder, 'page-90.safetensors')).equals(readFileSync(checkpointOf('further'))));
  await context.close();
  return '30 windows more in the page give what Node alone gives, and its file';
}

/** The run of `trains` is still there in a second tab, after the first was reloaded and closed. */
async function closedTab({ context, open }) {
  const [before] = context.pages();
  await before.reload();
  await until(before, /^Your last visit is restored: 60 of 60 windows/);
  await before.close();
  const page = await open();
  await until(page, /^Your last visit is restored: 60 of 60 windows/);
  assert.equal(await page.locator('#hidden').inputValue(), '24');
  await choose(page, { windows: 90 });
  assert.equal(await trainToTheEnd(page), reached.ninety);

  // A tab that is closed in the middle has saved a moment ago.
  await choose(page, { windows: 100_000 });
  await page.locator('#train').click();
  await page.locator('#saved', { hasText: /after window (?!90\b)/ }).waitFor();
  await page.close();
  const last = await open();
  const [, windows] = /restored: (\d+) of 100000/.exec(await last.locator('#status').textContent());
  assert.ok(Number(windows) > 90);
  await context.close();
  return `the run goes on to the same bits; closed in training, it is restored after window ${windows}`;
}

/** The size that the page proposes, while everything is drawn. */
async function responsive(visit) {
  const { context, browser, open } = await visit();
  const page = await open();
  const tasks = await longestTask(browser, page, async () => {
    await page.locator('#train').click();
    await page.locator('#figure-windows', { hasText: /^[2-9]\d$/ }).waitFor();
    await page.locator('#unit-range').fill('7');
    await page.waitForTimeout(5000);
  });
  const begin = performance.now();
  await page.locator('#train').click();
  await until(page, /^Paused/);
  const pause = performance.now() - begin;
  await context.close();
  const figures = `longest task ${tasks.own.toFixed(0)} ms (${tasks.clock.toFixed(0)} by the clock), pause in ${pause.toFixed(0)} ms`;
  assert.ok(tasks.own < LONGEST_TASK, figures);
  return figures;
}

async function sentences(visit) {
  const { context, open } = await visit();
  const page = await open();
  const problem = (id) => page.locator(`#${id}`).textContent();
  await page.locator('#text').fill('the cat');
  await page.locator('#train').click();
  await page.locator('#text-problem').waitFor();
  assert.match(await problem('text-problem'), /^The text has 7 characters; 16 places of 64 need 1,139,/);
  await accessible(page);

  await choose(page, { hidden: '0' });
  await page.locator('#train').click();
  assert.equal(await problem('hidden-problem'), 'Units is "0", but must be a whole number of at least 1.');
  await choose(page, { hidden: '8' });

  const damaged = readFileSync(checkpointOf('whole'));
  damaged[damaged.length - 1] ^= 1;
  const files = { 'damaged.safetensors': damaged, 'short.safetensors': damaged.subarray(0, 5000) };
  const said = [];
  for (const [name, bytes] of Object.entries(files)) {
    writeFileSync(join(folder, name), bytes);
    await page.locator('#checkpoint-file').setInputFiles(join(folder, name));
    await page.locator('#file-problem', { hasText: name }).waitFor();
    said.push(await problem('file-problem'));
  }
  assert.match(said[0], /^damaged\.safetensors is damaged in 'state\[\d\]\.[hc]'\./);
  assert.match(said[1], /^short\.safetensors is no whole checkpoint\. /);

  // A checkpoint of another shape brings its shape along.
  await page.locator('#text').fill('say it again.\n'.repeat(100));
  await page.locator('#train').click();
  await until(page, /^Done|^Training/);
  await page.locator('#train').click();
  await until(page, /^Paused|^Done/);
  await page.locator('#checkpoint-file').setInputFiles(checkpointOf('whole'));
  await until(page, /^The checkpoint is loaded: 60 of 60/);
  assert.equal(await page.locator('#hidden').inputValue(), '24');
  await context.close();
}

async function byKeyboard(visit) {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: 'dark' };
  const { context, open } = await visit(phone);
  const page = await open();
  const isFocused = (id) => page.locator(`#${id}:focus`).count();
  for (let i = 0; (await isFocused('train')) === 0; i++) {
    assert.ok(i < 40, 'the button Train is not reached by the key Tab');
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.locator('#figure-windows', { hasText: /^\d\d/ }).waitFor();
  assert.equal(await isFocused('train'), 1);
  await page.keyboard.press('Space');
  await until(page, /^Paused/);
  await accessible(page);
  const { width } = await page.evaluate(() => ({ width: document.documentElement.scrollWidth }));
  assert.equal(width, 390, 'the page is wider than the phone');
  await context.close();
}

async function accessible(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(', ')}`);
  assert.deepEqual(found, []);
}

/**
 * Promise 3, checked: 200 training steps of W2 and 20 of W3 leave the same parameters, bit for bit, in Node 20, 22 and 24, in
 * Chromium, and in Firefox and WebKit where they are named, with plain and with shared memory, with one thread and with two.
 * What they must be is in `sha256.json`; `--write` renews it where all engines agree. Needs a build. An engine that cannot be
 * had here is skipped, and its line says why.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { availableBrowsers, isolation, runPage } from '../browsers.mjs';
import { withBundle } from '../bundle.mjs';

const NODES = ['20.20.2', '22.23.3', '24.21.0'];
const LIMIT = 120_000; // milliseconds an engine
const program = join(import.meta.dirname, 'in-node.mjs');
const constant = join(import.meta.dirname, 'sha256.json');

const unknown = process.argv.slice(2).filter((argument) => argument !== '--write');
if (unknown.length > 0) throw new Error(`There is no option ${unknown.join(' ')}; there is --write.`);
const write = process.argv.includes('--write');
/** By workload; with `--write` what the first engine says. */
const expected = write ? {} : JSON.parse(readFileSync(constant, 'utf8'));
let failures = 0;

function fail(engine, reason) {
  failures += 1;
  console.error(`✗ ${engine}: ${reason}`);
}

const skip = (engine, reason) => console.log(`– ${engine} skipped: ${reason}`);

/** Runs one engine, whose `memory` must be of the kind named, and prints a line for each run. */
async function check(engine, memory, run) {
  const begin = performance.now();
  try {
    const answer = await run();
    if (answer.error !== undefined) throw new Error(answer.error);
    if (answer.memory !== memory) throw new Error(`${answer.memory} memory, which should be ${memory}`);
    for (const { workload, threads, sha256, loss } of answer.runs) {
      if (write) expected[workload] ??= sha256;
      const line = `${workload}, ${threads} ${threads === 1 ? 'thread ' : 'threads'}  ${sha256}  loss ${loss.toFixed(4)}, ${memory} memory`;
      if (sha256 !== expected[workload]) fail(engine, `${line}, expected ${expected[workload]}`);
      else console.log(`✓ ${engine.padEnd(24)} ${line}`);
    }
    console.log(`  ${engine}: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  } catch (error) {
    fail(engine, error.message);
  }
}

/** The first two lines that npm wrote about a failure: a code, then the reason. */
function reasonOf(error) {
  const lines = (error.stderr ?? '').split('\n').filter((line) => line.startsWith('npm error '));
  const reasons = lines.slice(0, 2).map((line) => line.slice('npm error '.length));
  return reasons.length > 0 ? reasons.join(', ') : error.message;
}

const capture = (command, args) =>
  execFileSync(command, args, {
    encoding: 'utf8',
    timeout: LIMIT,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  }).trim();

await check(`Node ${process.versions.node}`, 'shared', () => JSON.parse(capture(process.execPath, [program])));

const major = (version) => version.split('.')[0];
for (const version of NODES.filter((other) => major(other) !== major(process.versions.node))) {
  const engine = `Node ${version}`;
  // Without network npm would try for a minute and more.
  const npx = ['--yes', '--prefer-offline', '--fetch-retries=1', `node@${version}`];
  let found;
  try {
    found = capture('npx', [...npx, '--version']);
  } catch (error) {
    skip(engine, `npx cannot get it: ${reasonOf(error)}`);
    continue;
  }
  if (found === `v${version}`) await check(engine, 'shared', () => JSON.parse(capture('npx', [...npx, program])));
  else fail(engine, `npx node@${version} runs ${found}`);
}

await withBundle(import.meta.dirname, async (folder) => {
  for (const browser of availableBrowsers(fail)) {
    await check(browser.name, 'plain', () => runPage(browser, folder, { limit: LIMIT }));
    if (browser.hasNoIsolation) continue;
    const isolated = { headers: isolation, limit: LIMIT };
    await check(`${browser.name}, isolated page`, 'shared', () => runPage(browser, folder, isolated));
  }
});

if (failures > 0) process.exit(1);
if (write) {
  writeFileSync(constant, `${JSON.stringify(expected, null, 2)}\n`);
  console.log(`Written to ${constant}.`);
}

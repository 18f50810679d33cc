/**
 * Under a content security policy that allows WebAssembly and no code from strings, training leaves the same bits as
 * ever, numbers can be read, and what needs such code says so: in Node with the flag that forbids it, in Chromium, and
 * in Firefox and WebKit where they are named. A policy without WebAssembly is told what it lacks. Needs a build.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { availableBrowsers, isolation, runPage } from '../browsers.mjs';
import { withBundle } from '../bundle.mjs';

const LIMIT = 120_000; // milliseconds a page
const POLICY = "script-src 'self' 'wasm-unsafe-eval'";
const WITHOUT_WASM = "script-src 'self'";

/** What the probe must answer; of a text, how it must begin. */
const expected = {
  sha256: Object.values(JSON.parse(readFileSync(join(import.meta.dirname, '../same-bits/sha256.json'), 'utf8'))).sort(),
  threads: 2,
  data: [1, 2, 3, 4],
  nested: [
    [1, 2],
    [3, 4],
  ],
  item: 5,
  printed: 'Tensor(float32 [2, 2]',
  given: [2],
  value: 'CodeGenerationError: value: ndarray writes the code of its views at run time',
  reference: 'Error: @unroll/kernels/reference: its loops are ndarray and ndarray-ops, which write their code',
};
const withoutWasm = { error: "Error: kernels: this page's content security policy forbids WebAssembly." };

let failures = 0;

function fail(where, reason) {
  failures += 1;
  console.error(`✗ ${where}: ${reason}`);
}

/** Runs a probe, compares each answer with what it must be, and prints a line. */
async function check(where, wanted, run) {
  const answer = await run().catch((error) => ({ error: error.message }));
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(answer)])];
  const fits = (given, value) =>
    typeof value === 'string' ? String(given).startsWith(value) : isDeepStrictEqual(given, value);
  const wrong = names.filter((name) => !(name in wanted && fits(answer[name], wanted[name])));
  const said = (value) => JSON.stringify(value);
  for (const name of wrong) fail(where, `${name} is ${said(answer[name])}, expected ${said(wanted[name])}`);
  if (wrong.length === 0) console.log(`✓ ${where}: ${names.join(', ')}`);
}

await withBundle(import.meta.dirname, async (folder) => {
  const flags = ['--disallow-code-generation-from-strings', join(import.meta.dirname, 'in-node.mjs')];
  await check('Node, no code from strings', expected, async () => JSON.parse(execFileSync(process.execPath, flags)));
  for (const browser of availableBrowsers(fail)) {
    const under = (policy, more) => ({ headers: { 'Content-Security-Policy': policy, ...more }, limit: LIMIT });
    const alone = { ...expected, threads: 1 };
    await check(`${browser.name}, ${POLICY}`, alone, () => runPage(browser, folder, under(POLICY)));
    if (!browser.hasNoIsolation) {
      const isolated = under(POLICY, isolation);
      await check(`${browser.name}, the same, isolated`, expected, () => runPage(browser, folder, isolated));
    }
    await check(`${browser.name}, ${WITHOUT_WASM}`, withoutWasm, () => runPage(browser, folder, under(WITHOUT_WASM)));
  }
});
if (failures > 0) process.exit(1);

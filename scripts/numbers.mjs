/**
 * `npm run numbers [NAME …]`: runs the examples in full, two at a time, and writes what they reach into docs/numbers.md and
 * figures and pictures beside their READMEs. Fails where a figure misses its promise. Needs a build.
 */
import { spawn } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { numbersPage } from './numbers-page.mjs';

const runs = 'runs/numbers';
const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
/** Every example whose package.json says how its figures come about: the script `numbers`. */
const all = readdirSync('examples').filter((name) => json(`examples/${name}/package.json`).scripts?.numbers);
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0)
  throw new Error(`No example with figures is called ${unknown.join(', ')}. There are ${all.join(', ')}.`);

const waiting = asked.length > 0 ? asked : [...all];
const missed = [];
const begin = performance.now();
const count = Math.min(2, availableParallelism());
await Promise.all(Array.from({ length: count }, runWaiting));
writeFileSync('docs/.numbers.md.tmp', numbersPage());
renameSync('docs/.numbers.md.tmp', 'docs/numbers.md');
console.log(`\n${Math.round((performance.now() - begin) / 1000)} s in all; docs/numbers.md is written.`);
for (const name of missed) console.error(`✗ ${name} misses a figure, or failed: runs/numbers/${name}/log.txt`);
process.exit(missed.length > 0 ? 1 : 0);

async function runWaiting() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const status = await runOne(name);
    if (status !== 0) missed.push(name);
  }
}

/** One example, its output kept in a file: two would mix on a screen. */
function runOne(name) {
  const out = join(runs, name);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const since = performance.now();
  console.log(`… ${name}`);
  const log = openSync(join(out, 'log.txt'), 'w');
  const command = `${json(`examples/${name}/package.json`).scripts.numbers} --out ${resolve(out)}`;
  const options = { cwd: `examples/${name}`, stdio: ['ignore', log, log], shell: true };
  return new Promise((done) => {
    spawn(command, options).on('close', (status) => {
      closeSync(log);
      console.log(`${status === 0 ? '✓' : '✗'} ${name}, ${Math.round((performance.now() - since) / 1000)} s`);
      if (status === 0) keep(name, out);
      done(status);
    });
  });
}

/** Beside its README an example keeps its pictures and the figures that the table is made of. */
function keep(name, out) {
  const target = `examples/${name}/figures`;
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  for (const file of readdirSync(out).filter((file) => /[.](svg|json)$/.test(file)))
    copyFileSync(join(out, file), join(target, file));
}

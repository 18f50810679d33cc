/**
 * `npm run numbers [NAME …]`: runs the examples in full, two at a time, and writes what they reach into docs/numbers.md and
 * figures and pictures beside their READMEs. Fails where a figure misses its promise. Needs a build.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { examplesWith, runScript, twoAtATime } from './examples.mjs';
import { numbersPage } from './numbers-page.mjs';

const all = examplesWith('numbers');
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0)
  throw new Error(`No example with figures is called ${unknown.join(', ')}. There are ${all.join(', ')}.`);

const begin = performance.now();
const missed = [];
await twoAtATime(asked.length > 0 ? asked : all, async (name) => {
  const out = `runs/numbers/${name}`;
  rmSync(out, { recursive: true, force: true });
  console.log(`… ${name}`);
  const { status, seconds } = await runScript(name, 'numbers', join(out, 'log.txt'), `--out ${resolve(out)}`);
  console.log(`${status === 0 ? '✓' : '✗'} ${name}, ${seconds} s`);
  if (status === 0) keep(name, out);
  else missed.push(name);
});
writeFileSync('docs/.numbers.md.tmp', numbersPage());
renameSync('docs/.numbers.md.tmp', 'docs/numbers.md');

console.log(`\n${Math.round((performance.now() - begin) / 1000)} s in all; docs/numbers.md is written.`);
for (const name of missed) console.error(`✗ ${name} misses a figure, or failed: runs/numbers/${name}/log.txt`);
process.exit(missed.length > 0 ? 1 : 0);

/** Beside its README an example keeps what it shows, and the figures that the page is made of. */
function keep(name, out) {
  const target = `examples/${name}/figures`;
  const { figures } = JSON.parse(readFileSync(join(out, 'figures.json'), 'utf8'));
  // Where data was missing, the pictures of it stay.
  if (figures.every(({ reason }) => reason === undefined)) rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const shown = readdirSync(out).filter((file) => /[.](svg|html|json)$/.test(file));
  for (const file of shown) copyFileSync(join(out, file), join(target, file));
}

/**
 * What `npm test` runs: every step in order, under a heading, ending at the first failure.
 * Steps named as arguments run alone: `node scripts/test.mjs lint layers`.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

/** Scripts of package.json, in the order in which a failure is most cheaply found. */
const steps = [
  ['build', 'Build'],
  ['lint', 'Lint and format'],
  ['workflows', 'Workflows and forms of the hosted repository'],
  ['layers', 'Layers'],
  ['types', 'Types, tests included'],
  ['unit', 'Unit tests'],
  ['unit:reference', 'Unit tests of core and nn on the reference kernels'],
  ['same-bits', 'The same bits in every Node and in Chromium'],
  ['content-security', 'What a content security policy leaves'],
  ['packages', 'Packages, as they would be published'],
  ['browser-page', 'A page without a bundler'],
  ['plugin-kit', 'A cell as a package of its own'],
  ['rehearse', 'Releases, rehearsed'],
  ['try', 'Examples, a few steps each'],
  ['docs', 'Documentation'],
  ['playground', 'The playground, in Chromium'],
];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !steps.some(([script]) => script === name));
if (unknown.length > 0)
  throw new Error(`No step is called ${unknown.join(', ')}. There are ${steps.map(([s]) => s).join(', ')}.`);

rmSync('test-results', { recursive: true, force: true }); // nothing may read an earlier run's report
const begin = performance.now();
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

for (const [script, heading] of steps.filter(([name]) => asked.length === 0 || asked.includes(name))) {
  console.log(`\n━━ ${heading} (${script})`);
  const start = performance.now();
  // npm run finds the tools of node_modules/.bin under every caller, be it npm, pnpm or node.
  const { status, signal } = spawnSync('npm', ['run', '--silent', script], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(
      `\n✗ ${heading} failed after ${seconds(start)}${signal ? ` (${signal})` : ''}. Alone: npm run ${script}`,
    );
    process.exit(1);
  }
  console.log(`✓ ${seconds(start)}`);
}
console.log(`\nAll steps passed in ${seconds(begin)}.`);

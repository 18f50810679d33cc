/**
 * Packs every public package as it would be published and uses the archives as strangers would: each installed alone,
 * with its peers, into an empty npm project; imported, required, type-checked by every TypeScript from 5.6, bundled by
 * esbuild and Vite; its README's example printing what the README says. Then what bundles leave out, what they weigh,
 * and which names there are. Needs a build, and the npm registry once. `--update` writes the names anew.
 */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkArchive } from './archives.mjs';
import { bundlers } from './bundlers.mjs';
import { installAlone, installTogether } from './install.mjs';
import { checkNames } from './names.mjs';
import { isForNode, packAll } from './pack.mjs';
import { inTurns } from './processes.mjs';
import { runExample, runPrograms, writePrograms } from './programs.mjs';
import { checkReadme } from './readme.mjs';
import { checkSizes } from './sizes.mjs';
import { installTools } from './tools.mjs';
import { checkTypes } from './typescripts.mjs';
import { checkUnused } from './unused.mjs';

const unknown = process.argv.slice(2).filter((argument) => argument !== '--update');
if (unknown.length > 0) throw new Error(`There is no option ${unknown.join(' ')}; there is --update.`);
const update = process.argv.includes('--update');

const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'unroll-packages-')));
const together = join(temporary, 'together');
const alone = ({ folder }) => join(temporary, 'alone', folder);
const failures = [];
let packages = [];

/** Runs a part, under its heading; `check` answers complaints. */
async function part(heading, check) {
  const begin = performance.now();
  const complaints = await check();
  failures.push(...complaints.map((complaint) => `${heading}: ${complaint}`));
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${complaints.length === 0 ? '✓' : '✗'} ${heading}, ${seconds} s`);
}

/** A part that asks the same of each package, a few at a time. */
function each(heading, check, asked = packages) {
  return part(heading, async () => {
    const complaints = await inTurns(asked.map((pkg) => () => check(pkg)));
    return complaints.flatMap((found, i) => found.map((complaint) => `${asked[i].folder}: ${complaint}`));
  });
}

try {
  packages = packAll(temporary);
  await each('Archives: publint, attw, contents', checkArchive);
  await each('READMEs', (pkg) => checkReadme(pkg, packages));
  await each('Installed alone, with peers', (pkg) => installAlone(pkg, packages, alone(pkg)));
  await part('Installed together', () => installTogether(packages, together));
  const { esbuild, typescripts } = await installTools(join(temporary, 'tools'));

  for (const pkg of packages) writePrograms(pkg, alone(pkg));
  await each('import, require, and the README’s example', (pkg) => runPrograms(pkg, alone(pkg)));
  await part('TypeScript 5.6 to 7, nodenext and bundler; require from 5.8', () =>
    checkTypes(typescripts, packages.map(alone), temporary),
  );
  const forPages = packages.filter((pkg) => !isForNode(pkg));
  for (const { name, bundle } of bundlers(esbuild)) {
    const bundleExample = async (pkg) => {
      const file = `example.${name}.js`;
      writeFileSync(join(alone(pkg), file), await bundle("import './example.js';", alone(pkg)));
      return runExample(pkg, alone(pkg), file, `bundled by ${name}`);
    };
    await each(`The README’s example in ${name}`, bundleExample, forPages);
    await part(`What is not used is not there, in ${name}`, () => checkUnused(bundle, forPages, together));
  }
  await part('Sizes, gzipped', () => checkSizes(esbuild, together));
  await part('Exported names', () => checkNames(packages, together, update));
} catch (error) {
  failures.push(error.message);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
for (const failure of failures) console.error(`✗ ${failure}`);
console.log(`${packages.length} packages, ${failures.length} complaints.`);
process.exit(failures.length > 0 ? 1 : 0);

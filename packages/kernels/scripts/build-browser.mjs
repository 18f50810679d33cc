/**
 * Writes `dist/browser/ndarray.js` and `ndarray-ops.js`: the two CommonJS packages as ES modules, for import maps of
 * pages without a bundler. Nothing of Unroll imports them. Does nothing where they were made from the same versions.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const target = join(root, 'dist/browser');
const script = readFileSync(new URL(import.meta.url));
mkdirSync(target, { recursive: true });

for (const name of ['ndarray', 'ndarray-ops']) {
  const parts = packagesOf(join(root, 'node_modules', name));
  const stamp = `sources ${createHash('sha256').update(JSON.stringify(parts)).update(script).digest('hex')}`;
  const file = join(target, `${name}.js`);
  if (existsSync(file) && readFileSync(file, 'utf8').includes(stamp)) continue;
  const code = await bundle(name);
  const licences = parts.map(({ name, version, licence }) => `${name} ${version}\n\n${licence}`).join('\n\n');
  // Written beside and then renamed, so that a second build at the same time never reads half a file.
  const temporary = join(target, `${name}.${process.pid}.tmp`);
  writeFileSync(temporary, `/*!\n${licences}\n*/\n/* ${stamp} */\n${code}`);
  renameSync(temporary, file);
  console.log(`build-browser: ${name}, ${code.length} bytes`);
}

/** A package and those that it needs. */
function packagesOf(folder) {
  const { name, version, dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const licenceFile = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const licence = licenceFile === undefined ? 'MIT licence' : readFileSync(join(folder, licenceFile), 'utf8').trim();
  const beside = createRequire(join(realpathSync(folder), 'package.json'));
  const others = Object.keys(dependencies).map((other) => dirname(beside.resolve(`${other}/package.json`)));
  return [{ name, version, licence }, ...others.flatMap(packagesOf)];
}

async function bundle(name) {
  // Loading the bundler takes time, which up-to-date modules should not cost.
  const { build } = await import('vite');
  const entry = createRequire(join(root, 'package.json')).resolve(name);
  const lib = { entry, formats: ['es'], fileName: name };
  const results = await build({ configFile: false, root, logLevel: 'warn', build: { write: false, lib } });
  return results[0].output[0].code;
}

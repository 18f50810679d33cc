/** What a user types into an empty project: the README's example, every entry imported, every entry required. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { run } from './processes.mjs';
import { readmeExample } from './readme.mjs';

/** Programs for the type check under every kind of resolution, and for CommonJS. */
export const TYPED = ['entries.ts', 'example.ts'];
export const TYPED_REQUIRE = ['require.cts'];

const identifiers = (entries) => entries.map((entry, i) => ({ entry, at: `entry${i}` }));

/** Writes them all, the TypeScript ones and the JavaScript that is left of them without types. */
export function writePrograms(pkg, folder) {
  const { code = '' } = readmeExample(pkg);
  const all = identifiers(pkg.entries);
  const lines = (line) => all.map(line).join('\n');
  const entries = `${lines(({ entry, at }) => `import * as ${at} from '${entry}';`)}
for (const entry of [${all.map(({ at }) => at)}]) if (Object.keys(entry).length === 0) throw new Error('An entry is empty.');
`;
  const required = `${lines(({ entry, at }) => `const ${at} = require('${entry}');`)}
Promise.all([${all.map(({ entry }) => `import('${entry}')`)}]).then((imported) => {
  const same = [${all.map(({ at }) => at)}].every((entry, i) => Object.keys(entry).every((name) => entry[name] === imported[i][name]));
  if (!same) throw new Error('What is required is another copy than what is imported.');
});
`;
  const files = {
    'example.ts': code,
    'example.js': ts.transpile(code, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 }),
    'entries.ts': entries,
    'entries.js': entries,
    'require.cts': lines(({ entry, at }) => `import ${at} = require('${entry}');\nvoid ${at};`),
    'require.cjs': required,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

/** Runs what needs no tool but Node. */
export async function runPrograms(pkg, folder) {
  const complaints = [];
  for (const [name, how] of [
    ['entries.js', 'import'],
    ['require.cjs', 'require'],
  ]) {
    const { status, output } = await run('node', [name], { cwd: folder });
    if (status !== 0) complaints.push(`${how} of ${pkg.entries.join(', ')} in an empty project:\n${output}`);
  }
  return [...complaints, ...(await runExample(pkg, folder, 'example.js', 'as it stands'))];
}

/** Runs the README's example, or what a bundler made of it: it must print what the README says. */
export async function runExample(pkg, folder, file, how) {
  const { status, stdout, output } = await run('node', [file], { cwd: folder });
  if (status !== 0) return [`the README’s example, ${how}:\n${output}`];
  const { prints } = readmeExample(pkg);
  if (prints === undefined || stdout.trimEnd() === prints) return [];
  return [`the README’s example, ${how}, prints\n${stdout.trimEnd()}\nand the README says\n${prints}`];
}

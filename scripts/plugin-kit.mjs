/**
 * `examples/plugin-cell` as an outsider uses it: copied to an empty place beside the packed packages, installed, tested,
 * built and documented there; then packed, installed from its archive into an empty project, type-checked and trained,
 * to what its README prints. Needs a build, and the npm registry once.
 */
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import ts from 'typescript';
import { install } from './packages/install.mjs';
import { packAll } from './packages/pack.mjs';
import { run } from './packages/processes.mjs';
import { exampleIn } from './packages/readme.mjs';

const source = 'examples/plugin-cell';
const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
const manifest = json(join(source, 'package.json'));

const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'unroll-plugin-kit-')));
const copy = join(temporary, 'copy');
const project = join(temporary, 'project');
let archives;
let plugin;
let failures = 0;

/** Does a step, and says how it went; `work` throws, or answers complaints. */
async function step(heading, work) {
  const begin = performance.now();
  const complaints = (await work()) ?? [];
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${complaints.length === 0 ? '✓' : '✗'} ${heading}, ${seconds} s`);
  for (const complaint of complaints) console.error(`✗ ${complaint}`);
  failures += complaints.length;
}

/** A program that must succeed. Answers complaints. */
async function succeed(command, args, cwd) {
  const { status, output } = await run(command, args, { cwd });
  return status === 0 ? [] : [`${[command, ...args].join(' ')}:\n${output}`];
}

try {
  await step('Its tools are those of this repository', () => checkTools());
  await step('Copied, and installed beside the packed packages', async () => {
    const packages = packAll(temporary);
    const used = Object.keys({ ...manifest.peerDependencies, ...manifest.devDependencies });
    archives = packages.filter(({ name }) => used.includes(name)).map(({ archive }) => archive);
    const left = ['node_modules', 'dist', 'site'].map((name) => resolve(source, name));
    cpSync(source, copy, { recursive: true, filter: (file) => !left.includes(resolve(file)) });
    await install(copy, archives);
    cpSync(join(source, 'package.json'), join(copy, 'package.json')); // npm has put the places of the archives into it
  });
  for (const script of ['test', 'build', 'docs']) {
    await step(`npm run ${script}`, () => succeed('npm', ['run', '--silent', script], copy));
  }
  await step('Packed', async () => {
    const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', temporary], {
      cwd: copy,
    });
    const [{ filename, files }] = JSON.parse(stdout);
    plugin = join(temporary, filename);
    return checkArchive(files.map(({ path }) => path));
  });
  await step('Installed from its archive into an empty project', async () => {
    await install(project, [...archives, plugin]);
    return succeed('npm', ['ls', '--all'], project);
  });
  await step('The README’s example passes the type check, and prints what the README says', () => runExample());
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
process.exit(failures > 0 ? 1 : 0);

/** Other versions would be downloaded, and nobody would see them grow old. */
function checkTools() {
  const ours = json('package.json').devDependencies;
  return Object.entries(manifest.devDependencies)
    .filter(([name, version]) => !name.startsWith('@unroll/') && ours[name] !== version)
    .map(([name, version]) => `${source}/package.json has ${name} ${version}; it is ${ours[name]} here.`);
}

async function checkArchive(paths) {
  const bytes = readFileSync(plugin);
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const { messages, pkg } = await publint({ strict: true, pack: { tarball } });
  const missing = ['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts'].filter((file) => !paths.includes(file));
  return [
    ...messages.map((message) => `publint: ${formatMessage(message, pkg)}`),
    ...missing.map((file) => `${file} is not in the archive.`),
    ...paths.filter((path) => /[.]test[.]/.test(path)).map((path) => `${path} is in the archive.`),
  ];
}

async function runExample() {
  const { code, prints } = exampleIn(readFileSync(join(source, 'README.md'), 'utf8'));
  writeFileSync(join(project, 'console.d.ts'), 'declare const console: { log(...values: unknown[]): void };\n');
  writeFileSync(join(project, 'example.ts'), code);
  const target = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 };
  writeFileSync(join(project, 'example.js'), ts.transpile(code, target));
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023'],
    types: [],
    strict: true,
    noEmit: true,
  };
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['console.d.ts', 'example.ts'] }),
  );
  const complaints = await succeed('node', [resolve('node_modules/typescript7/bin/tsc'), '-p', project], '.');
  const { status, stdout, output } = await run('node', ['example.js'], { cwd: project });
  if (status !== 0) return [...complaints, output];
  if (stdout.trimEnd() === prints) return complaints;
  return [...complaints, `it prints\n${stdout.trimEnd()}\nand the README says\n${prints}`];
}

/**
 * Packs every public package as it would be published and looks at the archives as a user would:
 * publint and attw, what the archive holds, then a consumer that imports and type-checks every entry
 * with nothing but the declared dependencies beside it. Needs a build.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
const folders = readdirSync('packages').filter((name) => !json(`packages/${name}/package.json`).private);
if (folders.length === 0) throw new Error('There is no package to check.');

const failures = [];
const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'unroll-packages-')));
const modules = join(temporary, 'node_modules');
try {
  const filters = folders.flatMap((name) => ['--filter', `./packages/${name}`]);
  // Only pnpm rewrites workspace: versions and applies publishConfig.
  const pack = [
    '--yes',
    '--prefer-offline',
    'pnpm@10.34.9',
    '--recursive',
    ...filters,
    'pack',
    '--pack-destination',
    temporary,
  ];
  execFileSync('npx', pack, { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  const entries = [];
  for (const folder of folders) entries.push(...(await checkArchive(folder)));
  checkConsumer(entries);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
for (const failure of failures) console.error(`✗ ${failure}`);
console.log(`${folders.length} packages packed, ${failures.length} complaints.`);
process.exit(failures.length > 0 ? 1 : 0);

/** Checks one archive, unpacks it where the consumer finds it, and returns its entry points. */
async function checkArchive(folder) {
  const { version } = json(`packages/${folder}/package.json`);
  const archive = join(temporary, `unroll-${folder}-${version}.tgz`);
  const bytes = readFileSync(archive);
  const { messages, pkg } = await publint({
    strict: true,
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) },
  });
  for (const message of messages) failures.push(`${folder}: publint: ${formatMessage(message, pkg)}`);

  const attw = [
    'node_modules/@arethetypeswrong/cli/dist/index.js',
    archive,
    '--profile',
    'esm-only',
    '--no-definitely-typed',
    '--format',
    'ascii',
    '--no-emoji',
  ];
  const { status, stdout, stderr } = spawnSync('node', attw, { encoding: 'utf8' });
  if (status !== 0) failures.push(`${folder}: attw:\n${stdout}${stderr}`);

  const target = join(modules, '@unroll', folder);
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', archive, '-C', target, '--strip-components=1']);
  const manifest = readFileSync(join(target, 'package.json'), 'utf8');
  for (const leftover of ['workspace:', '@unroll/source']) {
    if (manifest.includes(leftover)) failures.push(`${folder}: the published package.json holds "${leftover}".`);
  }
  const files = readdirSync(target, { recursive: true });
  for (const wanted of ['README.md', 'LICENSE'])
    if (!files.includes(wanted)) failures.push(`${folder}: ${wanted} is not in the archive.`);
  for (const file of files.filter((name) => /\.(test|fixture)\./.test(name)))
    failures.push(`${folder}: ${file} is in the archive.`);

  const { name, exports, dependencies = {} } = JSON.parse(manifest);
  for (const dependency of Object.keys(dependencies).filter((d) => !d.startsWith('@unroll/'))) {
    const link = join(modules, dependency);
    mkdirSync(resolve(link, '..'), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(realpathSync(`packages/${folder}/node_modules/${dependency}`), link, 'junction');
  }
  return Object.keys(exports).map((entry) => name + entry.slice(1));
}

/** One program that imports every entry, run and type-checked without the types of Node or a browser. */
function checkConsumer(entries) {
  const program = entries
    .map((entry, i) => `import * as entry${i} from '${entry}';\nif (!entry${i}) throw new Error('${entry}');\n`)
    .join('');
  writeFileSync(join(temporary, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(temporary, 'consumer.js'), program);
  writeFileSync(join(temporary, 'consumer.ts'), program);
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023'],
    types: [],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
  };
  writeFileSync(join(temporary, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
  const runs = [
    ['import', ['consumer.js'], temporary],
    ['types', [resolve('node_modules/typescript7/bin/tsc'), '-p', temporary, '--pretty', 'false'], '.'],
    ['types in TypeScript 6', [resolve('node_modules/typescript/bin/tsc'), '-p', temporary, '--pretty', 'false'], '.'],
  ];
  for (const [what, args, cwd] of runs) {
    const { status, stdout, stderr } = spawnSync('node', args, { cwd, encoding: 'utf8' });
    if (status !== 0) failures.push(`consumer: ${what}:\n${stdout}${stderr}`);
  }
}

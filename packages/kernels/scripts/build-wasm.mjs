/**
 * Compiles `src/wasm/assembly` to WebAssembly, once for each build, and embeds it as text in
 * `src/wasm/generated/<build>-module.ts`. Does nothing where that file was made from the same sources.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { microKernels } from './micro-kernel.mjs';

/** Proposals that each build may use; with `relaxed-simd`, `mulAdd` rounds once where the machine does. */
const builds = { strict: ['simd', 'threads'], relaxed: ['simd', 'threads', 'relaxed-simd'] };

const root = new URL('../', import.meta.url);
const assembly = new URL('src/wasm/assembly/', root);
const generated = new URL('src/wasm/generated/', root);

const sources = new Map([['micro-kernel.ts', microKernels()]]);
for (const name of readdirSync(assembly)) sources.set(name, readFileSync(new URL(name, assembly), 'utf8'));

const flags = [
  'index.ts',
  '--outFile=module.wasm',
  '-O3',
  '--noAssert',
  '--runtime=stub',
  '--use=abort=',
  // For a shared memory of any size up to 4 GiB; the loader clears one bit where the memory is not shared.
  '--importMemory',
  '--noExportMemory',
  '--sharedMemory',
  '--initialMemory=1',
  '--maximumMemory=65536',
];

const compilerManifest = JSON.parse(readFileSync(new URL('node_modules/assemblyscript/package.json', root), 'utf8'));
const script = readFileSync(new URL(import.meta.url));
mkdirSync(generated, { recursive: true });

for (const [build, features] of Object.entries(builds)) {
  const target = new URL(`${build}-module.ts`, generated);
  const buildFlags = [...flags, `--enable=${features.join(',')}`];
  const hash = createHash('sha256');
  hash.update(JSON.stringify([compilerManifest.version, buildFlags, [...sources].sort()])).update(script);
  const stamp = `// sources ${hash.digest('hex')}`;
  if (existsSync(target) && readFileSync(target, 'utf8').includes(stamp)) continue;
  const wasm = await compile(buildFlags);
  // Written beside and then renamed, so that a second build at the same time never reads half a file.
  const temporary = new URL(`${build}-module.${process.pid}.tmp`, generated);
  writeFileSync(
    temporary,
    `/** The module compiled from \`src/wasm/assembly\` by \`scripts/build-wasm.mjs\`, as \`module-text.ts\` reads it. */
${stamp}
export const ${build}Module: string =
  '${asText(wasm)}';
`,
  );
  renameSync(temporary, target);
  console.log(`build-wasm: ${build}, ${wasm.length} bytes`);
}

/** What `src/wasm/module-text.ts` reads: a character for each byte, a mark before those above the first page. */
function asText(bytes) {
  const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  const characters = printable.filter((character) => !`'"\`\\<$`.includes(character));
  const page = 86;
  return Array.from(
    bytes,
    (byte) => ['', ...characters.slice(page)][Math.floor(byte / page)] + characters[byte % page],
  ).join('');
}

async function compile(buildFlags) {
  // Loading the compiler takes a second, which an up-to-date module should not cost.
  const { default: asc } = await import('assemblyscript/asc');
  const files = new Map();
  const { error, stderr } = await asc.main(buildFlags, {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (name, contents) => void files.set(name, contents),
    listFiles: () => [],
  });
  if (error) throw new Error(`build-wasm: ${error.message}\n${stderr.toString()}`);
  return files.get('module.wasm');
}

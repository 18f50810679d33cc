/**
 * Compiles `src/wasm/assembly` to a WebAssembly module and embeds it as base64 in
 * `src/wasm/generated/strict-module.ts`. Does nothing when that file was made from the same sources.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { microKernel } from './micro-kernel.mjs';

const root = new URL('../', import.meta.url);
const assembly = new URL('src/wasm/assembly/', root);
const generated = new URL('src/wasm/generated/', root);
const target = new URL('strict-module.ts', generated);

const sources = new Map([['micro-kernel.ts', microKernel(2, 4)]]);
for (const name of readdirSync(assembly)) sources.set(name, readFileSync(new URL(name, assembly), 'utf8'));

const flags = [
  'index.ts',
  '--outFile=strict.wasm',
  '-O3',
  '--noAssert',
  '--runtime=stub',
  '--use=abort=',
  '--enable=simd,threads',
  // For a shared memory of any size up to 4 GiB; the loader clears one bit where the memory is not shared.
  '--importMemory',
  '--sharedMemory',
  '--initialMemory=1',
  '--maximumMemory=65536',
];

const compilerManifest = JSON.parse(readFileSync(new URL('node_modules/assemblyscript/package.json', root), 'utf8'));
const hash = createHash('sha256');
hash.update(JSON.stringify([compilerManifest.version, flags, [...sources].sort()]));
hash.update(readFileSync(new URL(import.meta.url)));
const stamp = `// sources ${hash.digest('hex')}`;

const upToDate = existsSync(target) && readFileSync(target, 'utf8').includes(stamp);
if (!upToDate) {
  const wasm = await compile();
  mkdirSync(generated, { recursive: true });
  // Written beside and then renamed, so that a second build at the same time never reads half a file.
  const temporary = new URL(`strict-module.${process.pid}.tmp`, generated);
  writeFileSync(
    temporary,
    `/** The module compiled from \`src/wasm/assembly\` by \`scripts/build-wasm.mjs\`, in base64. */
${stamp}
export const strictModule: string =
  '${Buffer.from(wasm).toString('base64')}';
`,
  );
  renameSync(temporary, target);
  console.log(`build-wasm: ${wasm.length} bytes`);
}

async function compile() {
  // Loading the compiler takes a second, which an up-to-date module should not cost.
  const { default: asc } = await import('assemblyscript/asc');
  const files = new Map();
  const { error, stderr } = await asc.main(flags, {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (name, contents) => void files.set(name, contents),
    listFiles: () => [],
  });
  if (error) throw new Error(`build-wasm: ${error.message}\n${stderr.toString()}`);
  return files.get('strict.wasm');
}

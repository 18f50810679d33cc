/**
 * Tools that users of the packages may have and nothing else here needs: older compilers, and esbuild. They are no
 * dependencies of the repository, so that nobody who types `npm start` downloads them.
 */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { install } from './install.mjs';

/** The last release of each minor version from the oldest that is supported; 6 and 7 are installed anyway. */
const TYPESCRIPTS = { 5.6: '5.6.3', 5.7: '5.7.3', 5.8: '5.8.3', 5.9: '5.9.3' };
const ESBUILD = '0.28.2';

/** Installs them into `folder`: `{ esbuild, typescripts }`, the latter by version, as paths of `tsc`. */
export async function installTools(folder) {
  const aliases = Object.values(TYPESCRIPTS).map((version) => `typescript-${version}@npm:typescript@${version}`);
  await install(folder, [...aliases, `esbuild@${ESBUILD}`]);
  const typescripts = Object.entries(TYPESCRIPTS).map(([minor, version]) => ({
    version: minor,
    tsc: join(folder, `node_modules/typescript-${version}/bin/tsc`),
  }));
  typescripts.push({ version: '6', tsc: resolve('node_modules/typescript/bin/tsc') });
  typescripts.push({ version: '7', tsc: resolve('node_modules/typescript7/bin/tsc') });
  return { esbuild: createRequire(join(folder, 'package.json'))('esbuild'), typescripts };
}

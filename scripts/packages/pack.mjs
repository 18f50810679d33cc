/** The published packages as the archives that the registry would get. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const json = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Folders of `packages/` that are published. */
export function publishedFolders() {
  const folders = readdirSync('packages').filter((name) => existsSync(`packages/${name}/package.json`));
  return folders.filter((name) => json(`packages/${name}/package.json`).private !== true);
}

/** Packs them into `target`; each is `{ folder, name, manifest, archive, entries }`, the manifest as published. */
export function packAll(target) {
  const folders = publishedFolders();
  if (folders.length === 0) throw new Error('There is no package to pack.');
  const filters = folders.flatMap((folder) => ['--filter', `./packages/${folder}`]);
  // Only pnpm rewrites workspace: versions and applies publishConfig.
  const pnpm = ['--yes', '--prefer-offline', 'pnpm@10.34.9', '--recursive', ...filters];
  execFileSync('npx', [...pnpm, 'pack', '--pack-destination', target], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  return folders.map((folder) => {
    const { name, version } = json(`packages/${folder}/package.json`);
    const archive = join(target, `${name.slice(1).replace('/', '-')}-${version}.tgz`);
    const manifest = JSON.parse(execFileSync('tar', ['-xOzf', archive, 'package/package.json'], { encoding: 'utf8' }));
    const entries = Object.keys(manifest.exports).map((entry) => name + entry.slice(1));
    return { folder, name, manifest, archive, entries };
  });
}

/** Whether a package binds libraries of the machine: no page can bundle it. */
export function isForNode({ manifest }) {
  return 'koffi' in (manifest.dependencies ?? {});
}

/** A package and those of ours that it needs, peers included. */
export function withNeeds(wanted, packages) {
  const found = new Set([wanted]);
  for (const { manifest } of found) {
    const needs = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    for (const other of packages) if (needs.includes(other.name)) found.add(other);
  }
  return [...found];
}

/** Empty npm projects, and real installations into them. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withNeeds } from './pack.mjs';
import { run } from './processes.mjs';

/** npm's codes of failures that mean: no registry, and not in the cache either. */
const OFFLINE = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT)\b/;

/** `npm install` of what is named, into the project there or a new one. Errors: one sentence where the registry cannot be reached. */
export async function install(folder, what) {
  mkdirSync(folder, { recursive: true });
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true, "type": "module" }\n');
  const flags = [
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--strict-peer-deps',
    '--fetch-retries=1',
  ];
  const { status, output } = await run('npm', ['install', ...flags, '--loglevel=error', ...what], { cwd: folder });
  if (status === 0) return;
  const code = OFFLINE.exec(output)?.[1];
  if (code === undefined) throw new Error(`npm install ${what.join(' ')}:\n${output}`);
  throw new Error(
    `npm cannot reach its registry (${code}), and its cache does not hold what the packages depend on. ` +
      'This step needs the network once; later runs find everything in the cache.',
  );
}

const archives = (packages) => packages.map(({ archive }) => archive);

/**
 * Installs the archive of a package with those of ours that it needs, and nothing else; a peer that is missing or does
 * not fit is npm's error. Answers a complaint where others of our packages came too.
 */
export async function installAlone(pkg, packages, folder) {
  const needed = withNeeds(pkg, packages);
  await install(folder, archives(needed));
  const here = readdirSync(join(folder, 'node_modules/@unroll')).sort();
  const wanted = needed.map((other) => other.folder).sort();
  return here.join() === wanted.join() ? [] : [`installed alone it brings ${here}, not ${wanted}.`];
}

/** Installs all of them into one project. Answers a complaint where there is a second copy of one. */
export async function installTogether(packages, folder) {
  await install(folder, archives(packages));
  const copies = readdirSync(folder, { recursive: true }).filter((path) => /@unroll[\\/][a-z]+$/.test(path));
  return copies.length === packages.length ? [] : [`there are ${copies.length} packages: ${copies.join(', ')}.`];
}

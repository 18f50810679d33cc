/**
 * A release, step by step: looks whether there is one to make, tests, packs, checks the archives, lists them, publishes exactly
 * those, and tags the commit. `--dry-run` ends before publishing. `--tested` leaves out `npm test`, where it has just passed on
 * this commit, and packs what it built. `--registry URL` publishes there. Publishing needs NODE_AUTH_TOKEN; where the CI can say
 * where a package comes from (provenance), it does. A release that broke off is begun again: what is published and the same stays.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packAll, publishedFolders, withNeeds } from './packages/pack.mjs';

const target = 'release'; // *.tgz is ignored by git
const shell = process.platform === 'win32';
const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();

const asked = readFlags();
const isDry = asked['dry-run'];

const packages = publishedFolders().map((folder) => ({ folder, manifest: json(`packages/${folder}/package.json`) }));
const version = packages[0]?.manifest.version;
/** GitHub and GitLab hand out a token that says which job runs. */
const hasProvenance = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'SIGSTORE_ID_TOKEN'].some((name) => process.env[name]);

step('Look');
const complaints = [...aboutTree(), ...aboutVersions(), ...(isDry ? [] : aboutPublishing())];
if (complaints.length > 0) refuse(complaints);
console.log(`${packages.length} packages, version ${version}, commit ${git('rev-parse', '--short', 'HEAD')}.`);

step('Test');
// A build leaves what earlier ones wrote, and files of sources that are gone would be packed.
if (!asked.tested)
  for (const { folder } of packages) rmSync(`packages/${folder}/dist`, { recursive: true, force: true });
if (asked.tested) console.log('Left out: said to have passed.');
else if (spawnSync('npm', ['test'], { stdio: 'inherit', shell }).status !== 0) refuse(['npm test failed.']);

step('Pack');
const archives = pack();

step('Check');
const faults = archives.flatMap(faultsOf);
if (faults.length > 0) refuse(faults);
console.log('Every archive has its version, and asks for siblings that users can install.');

step('What would be on the registry');
for (const { archive, manifest, bytes } of archives) {
  const files = execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' }).trim().split('\n').length;
  const size = `${(bytes.length / 1024).toFixed(0)} KB`;
  console.log(`${manifest.name}@${version}: ${files} files, ${size} packed${needs(manifest)}`);
}
if (isDry) {
  console.log(`\nA dry run: nothing is published. The archives are in ${target}/.`);
  process.exit(0);
}

step('Publish');
const npms = () => execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8', shell }).trim();
const registry = new URL(asked.registry ?? npms());
const missing = await missingOf(archives); // all of them are asked for before the first one is published
for (const archive of missing) publish(archive);

step('Tag');
git('tag', `v${version}`);
console.log(`v${version} is tagged here. Push it: git push origin v${version}`);

function readFlags() {
  const options = { 'dry-run': { type: 'boolean' }, tested: { type: 'boolean' }, registry: { type: 'string' } };
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse([error.message]);
  }
}

function step(heading) {
  console.log(`\n━━ ${heading}`);
}

function refuse(reasons) {
  for (const reason of reasons) console.error(`✗ ${reason}`);
  process.exit(1);
}

function aboutTree() {
  const changed = git('status', '--porcelain').split('\n').filter(Boolean);
  const isTagged = git('tag', '--list', `v${version}`) !== '';
  return [
    ...(changed.length > 0
      ? [`The tree is not clean, so no commit holds what would be published:\n${changed.join('\n')}`]
      : []),
    ...(isTagged ? [`v${version} is tagged: it is released. The next version: npx changeset version`] : []),
  ];
}

function aboutVersions() {
  const waiting = readdirSync('.changeset').filter((file) => file.endsWith('.md') && file !== 'README.md');
  const others = packages.filter(({ manifest }) => manifest.version !== version);
  const silent = packages.filter(({ folder }) => !changesOf(folder).includes(`\n## ${version}\n`));
  return [
    ...(waiting.length > 0
      ? [`Changes wait in .changeset (${waiting.join(', ')}). Make a version of them: npx changeset version`]
      : []),
    ...others.map(({ manifest }) => `${manifest.name} is ${manifest.version}, the others are ${version}.`),
    ...silent.map(({ folder }) => `packages/${folder}/CHANGELOG.md says nothing of ${version}.`),
  ];
}

function changesOf(folder) {
  const file = `packages/${folder}/CHANGELOG.md`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** What publishing needs beyond a dry run. The registry compares the repository's address with that of the job. */
function aboutPublishing() {
  const hasAddress = ({ manifest }) => manifest.repository?.url && manifest.repository.directory;
  const without = hasProvenance ? packages.filter((found) => !hasAddress(found)) : [];
  return [
    ...(process.env.NODE_AUTH_TOKEN ? [] : ['There is no token: set NODE_AUTH_TOKEN, or try --dry-run.']),
    ...without.map(
      ({ folder }) =>
        `packages/${folder}/package.json has no repository, which provenance is compared with: ` +
        `add { "type": "git", "url": "git+https://….git", "directory": "packages/${folder}" }.`,
    ),
  ];
}

/** The archives, those that are needed before those that need them. */
function pack() {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  const packed = packAll(resolve(target));
  const ordered = new Set(packed.flatMap((archive) => withNeeds(archive, packed).reverse()));
  return [...ordered].map((archive) => ({ ...archive, bytes: readFileSync(archive.archive) }));
}

/** The packages of this repository that users must have beside it, and in which versions. */
function siblingsOf({ dependencies = {}, peerDependencies = {} }) {
  const names = packages.map(({ manifest }) => manifest.name);
  const all = Object.entries({ ...dependencies, ...peerDependencies });
  return Object.fromEntries(all.filter(([name]) => names.includes(name)));
}

function needs(manifest) {
  const list = Object.entries(siblingsOf(manifest)).map(([name, range]) => `${name} ${range}`);
  return list.length === 0 ? '' : `; needs ${list.join(', ')}`;
}

function faultsOf({ folder, manifest }) {
  // A sibling is of exactly this release, or a peer of any release before 1.
  const fits = (range) => range === version || (/^>=0[.]\d+[.]\d+ <1$/.test(range) && version.startsWith('0.'));
  const wrong = Object.entries(siblingsOf(manifest)).filter(([, range]) => !fits(range));
  return [
    ...(manifest.version === version ? [] : [`packages/${folder}: the archive says version ${manifest.version}.`]),
    ...wrong.map(([name, range]) => `packages/${folder}: the archive asks for ${name} ${range}.`),
  ];
}

/** Those that the registry does not have. Any that it has must be the same, or nothing is published. */
async function missingOf(all) {
  const found = await Promise.all(all.map(({ name }) => integrityOf(name)));
  const integrity = ({ bytes }) => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  const there = all.filter((_, i) => found[i] !== undefined);
  const others = all.filter((archive, i) => found[i] !== undefined && found[i] !== integrity(archive));
  if (others.length > 0) {
    const say = ({ name }) =>
      `${name}@${version} is there already, with other contents. It needs a new version: npx changeset.`;
    refuse(others.map(say));
  }
  for (const { name } of there) console.log(`${name}@${version} is there already, and the same.`);
  return all.filter((archive) => !there.includes(archive));
}

/** The integrity of this version as the registry knows it; undefined where it does not. */
async function integrityOf(name) {
  const response = await fetch(new URL(name.replace('/', '%2f'), registry));
  if (response.status === 404) return undefined;
  if (!response.ok) refuse([`${registry.host} answered ${response.status} when asked for ${name}.`]);
  return (await response.json()).versions?.[version]?.dist.integrity;
}

function publish({ name, archive }) {
  // The path in full: a relative one is taken for a name on GitHub.
  const args = ['publish', archive, '--registry', registry.href, '--access', 'public', '--loglevel', 'warn'];
  // The token in the environment, where other users of this machine do not see it.
  const token = { [`npm_config_//${registry.host}${registry.pathname}:_authToken`]: process.env.NODE_AUTH_TOKEN };
  const { status } = spawnSync('npm', hasProvenance ? [...args, '--provenance'] : args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell,
    env: { ...process.env, ...token },
  });
  if (status !== 0) refuse([`${name}@${version} was not published.`]);
  console.log(`${name}@${version} is published${hasProvenance ? ', with its provenance' : ''}.`);
}

/**
 * Rehearses releases in a copy, without a network and without a registry but one of its own: what a changeset makes of the versions,
 * what `scripts/release.mjs` refuses, what it would publish, and that it publishes exactly that. Needs a build, and git.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { json as readJson, text } from 'node:stream/consumers';
import { publishedFolders } from './packages/pack.mjs';

const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
const published = publishedFolders();
const { version: current } = json('packages/core/package.json');
const [major, minor, patch] = current.split('.').map(Number);

const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'unroll-release-')));
const copy = join(temporary, 'copy');
const registry = await serveRegistry();
/** Nothing that says that a CI runs this, no token, and no settings of git. */
const plain = Object.entries(process.env).filter(([name]) => !/^(NODE_AUTH_TOKEN|ACTIONS_ID_|SIGSTORE_)/.test(name));
const environment = {
  ...Object.fromEntries(plain),
  GIT_CONFIG_GLOBAL: join(temporary, 'none'),
  GIT_CONFIG_NOSYSTEM: '1',
};
try {
  makeCopy();
  await rehearseVersions();
  await rehearseRefusals();
  await rehearseDryRun();
  await rehearsePublishing();
} finally {
  registry.close();
  rmSync(temporary, { recursive: true, force: true });
}
console.log(
  `Releases rehearsed with ${published.length} packages: a minor of core, a patch, refusals, a dry run, and a registry.`,
);

/** What a release reads, in a repository of its own whose only commit it is. */
function makeCopy() {
  const roots = [
    'package.json',
    'pnpm-workspace.yaml',
    'pnpm-lock.yaml',
    '.gitignore',
    'LICENSE',
    '.changeset',
    'scripts',
  ];
  const manifests = ['packages', 'examples']
    .flatMap((group) => readdirSync(group).map((name) => `${group}/${name}/package.json`))
    .filter((path) => existsSync(path));
  for (const path of [...roots, ...manifests, ...published.map((name) => `packages/${name}`)]) {
    cpSync(path, join(copy, path), { recursive: true, verbatimSymlinks: true });
  }
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'), 'junction');
  rmSync(join(copy, '.changeset'), { recursive: true });
  mkdirSync(join(copy, '.changeset'));
  for (const file of ['config.json', 'README.md']) cpSync(`.changeset/${file}`, join(copy, '.changeset', file)); // no changes wait
  git('init', '--quiet', '--initial-branch', 'main');
  writeFileSync(join(copy, '.git/info/exclude'), 'node_modules\n'); // here it is a link, which .gitignore's node_modules/ is not about
  commit('As it is');
}

/** Before 1.0.0, a change of core must not push its dependents there, and all packages keep one version. */
async function rehearseVersions() {
  const before = Object.fromEntries(published.map((name) => [name, manifestOf(name)]));
  for (const [name, kind, next] of [
    ['core', 'minor', `${major}.${minor + 1}.0`],
    ['nn', 'patch', `${major}.${minor}.${patch + 1}`],
  ]) {
    const sentence = `\`${name}\` does something that a user can notice.`;
    writeFileSync(join(copy, '.changeset/rehearsal.md'), `---\n"@unroll/${name}": ${kind}\n---\n\n${sentence}\n`);
    await raise();
    for (const other of published) {
      const { version, peerDependencies } = manifestOf(other);
      assert.equal(version, next, `a ${kind} change of ${name} makes ${other} ${version}`);
      assert.deepEqual(
        peerDependencies,
        before[other].peerDependencies,
        `a ${kind} change of ${name} changes the peers of ${other}`,
      );
      const changes = readFileSync(join(copy, `packages/${other}/CHANGELOG.md`), 'utf8');
      assert.ok(
        changes.includes(`\n## ${next}\n`) && changes.includes(`\n## ${current}\n`),
        `CHANGELOG.md of ${other}`,
      );
      assert.equal(changes.includes(sentence), other === name, `the sentence in CHANGELOG.md of ${other}`);
    }
    assert.equal(git('status', '--porcelain', 'examples'), '', `a ${kind} change of ${name} changes an example`);
    git('checkout', '--quiet', '.');
    git('clean', '--quiet', '--force');
  }
}

async function rehearseRefusals() {
  const refused = async (reason, flags, env = {}) => {
    const { status, said } = await release(flags, env);
    assert.equal(status, 1, said);
    assert.match(said, reason);
    assert.equal(registry.received.length, 0);
  };
  await refused(/Unknown option '--dry'/, ['--dry']);
  await refused(/There is no token: set NODE_AUTH_TOKEN/, ['--tested']);
  await refused(/packages\/core\/package[.]json has no repository/, ['--tested'], {
    NODE_AUTH_TOKEN: 'rehearsal',
    ACTIONS_ID_TOKEN_REQUEST_URL: 'http://localhost',
  });
  writeFileSync(join(copy, '.changeset/rehearsal.md'), '---\n"@unroll/core": patch\n---\n\nSomething.\n');
  await refused(
    /The tree is not clean[^✗]*[?]{2} .changeset\/rehearsal[.]md\n✗ Changes wait in .changeset \(rehearsal[.]md\)/,
    ['--dry-run', '--tested'],
  );
  rmSync(join(copy, '.changeset/rehearsal.md'));
}

async function rehearseDryRun() {
  const { status, said } = await release(['--dry-run', '--tested']);
  assert.equal(status, 0, said);
  for (const name of published)
    assert.match(said, new RegExp(`@unroll/${name}@${current}: [0-9]+ files, [0-9]+ KB packed`));
  assert.match(said, new RegExp(`@unroll/core@${current}: .*; needs @unroll/kernels ${current}\n`));
  assert.match(said, new RegExp(`@unroll/nn@${current}: .*; needs @unroll/core >=0.1.0 <1\n`));
  assert.match(said, /A dry run: nothing is published/);
  assert.equal(git('status', '--porcelain'), '');
  assert.deepEqual([registry.received, git('tag')], [[], '']);
}

/** A minor version, published by two attempts: the first one is cut off by the registry. */
async function rehearsePublishing() {
  writeFileSync(join(copy, '.changeset/rehearsal.md'), '---\n"@unroll/core": minor\n---\n\nSomething.\n');
  await raise();
  commit('A version');
  const next = `${major}.${minor + 1}.0`;
  const attempt = () => release(['--tested', '--registry', registry.address], { NODE_AUTH_TOKEN: 'rehearsal' });

  registry.breakAfter(2);
  const cut = await attempt();
  assert.equal(cut.status, 1, cut.said);
  assert.match(cut.said, /was not published/);
  const there = [...registry.received];
  assert.deepEqual([there.length, there[0]], [2, `@unroll/kernels@${next}`]); // all others need it
  assert.equal(git('tag'), '');

  registry.breakAfter(Number.POSITIVE_INFINITY);
  const whole = await attempt();
  assert.equal(whole.status, 0, whole.said);
  for (const archive of there) assert.match(whole.said, new RegExp(`${archive} is there already, and the same`));
  assert.deepEqual([...registry.received].sort(), published.map((name) => `@unroll/${name}@${next}`).sort());
  assert.deepEqual(registry.tokens, new Set(['Bearer rehearsal']));
  assert.equal(git('tag'), `v${next}`);

  const again = await attempt();
  assert.equal(again.status, 1, again.said);
  assert.match(again.said, new RegExp(`v${next} is tagged: it is released`));
}

function manifestOf(name) {
  return json(join(copy, `packages/${name}/package.json`));
}

function git(...args) {
  return execFileSync('git', args, { cwd: copy, env: environment, encoding: 'utf8' }).trim();
}

function commit(message) {
  git('add', '--all');
  git('-c', 'user.name=Rehearsal', '-c', 'user.email=rehearsal@localhost', 'commit', '--quiet', '--message', message);
}

async function raise() {
  const { status, said } = await run('node', ['node_modules/@changesets/cli/bin.js', 'version']);
  assert.equal(status, 0, said);
}

function release(flags, env = {}) {
  return run('node', ['scripts/release.mjs', ...flags], env);
}

/** Not spawnSync: the registry answers in this process. */
async function run(command, args, env = {}) {
  const child = spawn(command, args, { cwd: copy, env: { ...environment, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [said, complained, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { status, said: said + complained };
}

/** As much of a registry as publishing needs: it keeps what it was sent, and checks that it came whole. */
async function serveRegistry() {
  const documents = new Map();
  const received = [];
  const tokens = new Set();
  let left = Number.POSITIVE_INFINITY;
  const server = createServer(async (request, response) => {
    const answer = (status, body) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    const name = decodeURIComponent(request.url.slice(1));
    if (request.method !== 'PUT') return answer(documents.has(name) ? 200 : 404, documents.get(name) ?? {});
    const { versions, _attachments } = await readJson(request);
    const [[version, { dist }]] = Object.entries(versions);
    const [{ data }] = Object.values(_attachments);
    const integrity = `sha512-${createHash('sha512').update(data, 'base64').digest('base64')}`;
    if (dist.integrity !== integrity || left === 0) return answer(400, { error: 'refused' });
    left -= 1;
    tokens.add(request.headers.authorization);
    received.push(`${name}@${version}`);
    documents.set(name, { name, versions, 'dist-tags': { latest: version } });
    return answer(201, { ok: true });
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return {
    address: `http://localhost:${server.address().port}/`,
    received,
    tokens,
    breakAfter: (count) => {
      left = count;
    },
    close: () => server.close(),
  };
}

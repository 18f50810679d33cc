/** One archive by itself: publint, attw, and what it holds. */
import { readFileSync } from 'node:fs';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { run } from './processes.mjs';

/** Complaints about the archive of a package. */
export async function checkArchive({ archive, manifest }) {
  return [...(await publintSays(archive)), ...(await attwSays(archive)), ...(await contentsSay(archive, manifest))];
}

async function publintSays(archive) {
  const bytes = readFileSync(archive);
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const { messages, pkg } = await publint({ strict: true, pack: { tarball } });
  return messages.map((message) => `publint: ${formatMessage(message, pkg)}`);
}

async function attwSays(archive) {
  const { status, output } = await run('node', [
    'node_modules/@arethetypeswrong/cli/dist/index.js',
    archive,
    ...['--profile', 'esm-only', '--no-definitely-typed', '--format', 'ascii', '--no-emoji'],
  ]);
  return status === 0 ? [] : [`attw:\n${output}`];
}

async function contentsSay(archive, manifest) {
  const text = JSON.stringify(manifest);
  const leftovers = ['workspace:', '@unroll/source'].filter((leftover) => text.includes(leftover));
  const { stdout } = await run('tar', ['-tzf', archive]);
  const files = stdout.trim().split('\n');
  const missing = ['README.md', 'LICENSE', 'CHANGELOG.md'].filter((wanted) => !files.includes(`package/${wanted}`));
  return [
    ...leftovers.map((leftover) => `the published package.json holds "${leftover}".`),
    ...missing.map((file) => `${file} is not in the archive.`),
    ...files.filter((name) => /\.(test|fixture)\./.test(name)).map((file) => `${file} is in the archive.`),
  ];
}

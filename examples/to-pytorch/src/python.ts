/** Runs the scripts of `python/`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A Python that can import torch, or undefined. */
export function findPython(): string | undefined {
  return ['python3', '/usr/bin/python3'].find((name) => spawnSync(name, ['-c', 'import torch']).status === 0);
}

/** What a script prints. Errors: where it fails, with what it said. */
export function runScript(python: string, script: string, file: string): string {
  const path = join(import.meta.dirname, '../python', script);
  const { status, stdout, stderr } = spawnSync(python, [path, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} failed:\n${stderr}`);
  return stdout.trim();
}

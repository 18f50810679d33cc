import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeAtomically } from './write-atomically.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'char-lm-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file is replaced whole, and nothing else is left behind', () => {
  const path = join(folder, 'file');
  writeAtomically(path, 'old');
  writeAtomically(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['file']);
  expect(() => writeAtomically(join(folder, 'missing', 'file'), 'x')).toThrow('ENOENT');
});

test('where it fails, the old file stays and the temporary one goes', () => {
  const path = join(folder, 'taken'); // a folder, which a file cannot replace
  writeAtomically(join(folder, 'other'), 'x');
  mkdirSync(path);
  expect(() => writeAtomically(path, 'new')).toThrow();
  expect(readdirSync(folder).sort()).toEqual(['other', 'taken']);
});

test('what killed processes left behind is removed, what others write and other files are not', () => {
  const { pid: ended } = spawnSync(process.execPath, ['--version']);
  const kept = [`.file.${process.ppid}.tmp`, `.file.mine.tmp`, `.other.${ended}.tmp`, 'file'].sort();
  for (const name of [`.file.${ended}.tmp`, ...kept]) writeFileSync(join(folder, name), '');
  writeAtomically(join(folder, 'file'), 'new');
  expect(readdirSync(folder).sort()).toEqual(kept);
});

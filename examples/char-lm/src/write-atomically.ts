/** Files that are there whole or not at all, whenever the process is killed or the power goes. */
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Writes under a temporary name in the same folder, flushes to the disk, then renames: a reader finds the old
 * contents or the new. When something fails, the old file stays and the temporary one goes.
 */
export function writeAtomically(path: string, contents: string | Uint8Array): void {
  const [folder, name] = [dirname(path), basename(path)];
  removeLeftovers(folder, name);
  const temporary = join(folder, temporaryName(name, process.pid));
  try {
    const file = openSync(temporary, 'w');
    try {
      writeFileSync(file, contents);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  flushFolder(folder);
}

/** Each process writes under a name of its own, so that two never mix what they write. */
function temporaryName(name: string, writer: number | string): string {
  return `.${name}.${writer}.tmp`;
}

/** What processes left behind that were killed while they wrote. */
function removeLeftovers(folder: string, name: string): void {
  const [before, after] = temporaryName(name, '*').split('*') as [string, string];
  for (const entry of readdirSync(folder)) {
    if (!entry.startsWith(before) || !entry.endsWith(after)) continue;
    const writer = Number(entry.slice(before.length, -after.length));
    if (Number.isInteger(writer) && !isRunning(writer)) rmSync(join(folder, entry), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // sends nothing, but fails where there is no such process
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** The new name is on the disk when its folder is. Windows cannot open folders. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

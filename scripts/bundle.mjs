/** Pages bundled as a user would bundle them, with Vite. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

/** Calls `use` with the folder of the bundled page `root`/index.html, which exists until then. */
export async function withBundle(root, use) {
  const folder = mkdtempSync(join(tmpdir(), 'unroll-bundle-'));
  try {
    const out = { outDir: folder, emptyOutDir: true };
    await build({ configFile: false, root, logLevel: 'warn', build: out });
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

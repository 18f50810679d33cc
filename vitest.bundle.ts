import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, defaultServerConditions, type Plugin } from 'vite';

/**
 * Makes JavaScript of a TypeScript file and of the sources that it imports, for a process or worker that a test starts.
 * Returns the script's path.
 */
export async function bundle(entry: string, folder: string): Promise<string> {
  const conditions = ['@unroll/source', ...defaultServerConditions];
  await build({
    configFile: false,
    logLevel: 'warn',
    root: dirname(entry),
    build: { ssr: basename(entry), outDir: folder, emptyOutDir: true },
    resolve: { conditions },
    ssr: { noExternal: true, resolve: { conditions } },
    plugins: [importInstalled],
  });
  return join(folder, basename(entry).replace(/\.ts$/, '.js'));
}

/** Only what is in this repository is bundled; the rest is imported from where it is installed. */
const importInstalled: Plugin = {
  name: 'import-installed',
  enforce: 'pre',
  async resolveId(source, importer) {
    const found = await this.resolve(source, importer, { skipSelf: true });
    if (found === null || !found.id.includes('/node_modules/')) return found;
    return { id: pathToFileURL(found.id).href, external: true };
  },
};

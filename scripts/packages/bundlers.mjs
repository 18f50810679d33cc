/** The two bundlers: each takes source text and the folder that it stands in, and gives the minified bundle. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

/** `{ name, bundle }`; `external` are packages that the bundle goes on importing. */
export function bundlers(esbuild) {
  return [
    { name: 'esbuild', bundle: (code, folder, external) => withEsbuild(esbuild, code, folder, external) },
    { name: 'Vite', bundle: withVite },
  ];
}

export async function withEsbuild(esbuild, code, folder, external = []) {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: code, resolveDir: folder, loader: 'js' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    external,
    logLevel: 'error',
  });
  return outputFiles[0].text;
}

async function withVite(code, folder, external = []) {
  const input = join(folder, 'vite-entry.js');
  writeFileSync(input, code);
  const { output } = await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input,
        // A page's entry exports nothing; here the exports are what is measured.
        preserveEntrySignatures: 'strict',
        external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
      },
    },
  });
  return output[0].code;
}

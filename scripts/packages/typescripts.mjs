/** The declarations under every TypeScript that is supported: `import` in both kinds of resolution, and `require`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTurns, run } from './processes.mjs';
import { TYPED, TYPED_REQUIRE } from './programs.mjs';

const STRICT = { target: 'es2022', strict: true, exactOptionalPropertyTypes: true, noEmit: true, types: [] };

/** The first version whose `nodenext` lets CommonJS require a module. */
const REQUIRES_MODULES = 5.8;

/** Compiles the programs in all `folders` at once, with each compiler and in each way. */
export async function checkTypes(typescripts, folders, temporary) {
  const everywhere = (names) => folders.flatMap((folder) => names.map((name) => join(folder, name)));
  // The examples print, and no more of Node or a browser may be needed.
  writeFileSync(join(temporary, 'console.d.ts'), 'declare const console: { log(...values: unknown[]): void };\n');
  const ways = [
    {
      name: 'nodenext, without the types of Node or a browser',
      options: { ...STRICT, module: 'nodenext', lib: ['es2023'], skipLibCheck: false },
      files: [...everywhere(TYPED), join(temporary, 'console.d.ts')],
    },
    {
      name: 'bundler, in a browser',
      // The declarations are checked above, and those of a browser take seconds.
      options: { ...STRICT, module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom'], skipLibCheck: true },
      files: everywhere(TYPED),
    },
  ];
  const tasks = typescripts.flatMap(({ version, tsc }) =>
    ways.map(({ name, options, files }, i) => async () => {
      const required = i === 0 && Number(version) >= REQUIRES_MODULES ? everywhere(TYPED_REQUIRE) : [];
      const project = join(temporary, `tsconfig.${version}.${i}.json`);
      writeFileSync(project, JSON.stringify({ compilerOptions: options, files: [...files, ...required] }));
      const { status, output } = await run('node', [tsc, '-p', project, '--pretty', 'false']);
      return status === 0 ? [] : [`TypeScript ${version}, ${name}:\n${output}`];
    }),
  );
  return (await inTurns(tasks)).flat();
}

/**
 * Runs `ts` examples of doc comments and Markdown pages, and compares what their comments promise: after
 * `expression; // literal` the expression must equal the literal. An example that begins with the name of a file
 * (`// my-cell.ts`) is that file for the others of its page. A picture that an example writes is compared with the one in
 * `pictures/` beside its page; `npm run pictures` draws them anew.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { activeKernels, useKernels } from '@unroll/kernels';
import ts from 'typescript';
import { afterEach, describe, expect, test } from 'vitest';

interface Example {
  /** Page and line. */
  readonly place: string;
  readonly code: string;
  /** Where it is written and run. */
  readonly path: string;
  /** Where the pictures of its page are. */
  readonly pictures: string;
}

/** The repository. */
export const root: string = join(import.meta.dirname, '..');

/** Fenced `ts` blocks; in sources those of doc comments, without the comment's stars. Those of a page share the folder `target`. */
function examplesOf(file: string, target: string): Example[] {
  const source = readFileSync(file, 'utf8');
  const text = file.endsWith('.ts') ? source.replaceAll(/^[ \t]*\*(?: |$)/gm, '') : source;
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ 1: code = '', index }, i) => ({
    place: `${relative(root, file)}:${text.slice(0, index).split('\n').length}`,
    code,
    path: join(target, NAMED.exec(code)?.[1] ?? `example-${i}.ts`),
    pictures: join(dirname(file), 'pictures'),
  }));
}

/** A first line that names the file. */
const NAMED = /^\/\/ ([\w.-]+\.ts)\n/;

/** A trailing comment that is a JavaScript literal: a number, a string, an array, an object, true, false or null. */
const PROMISE = /^(\s*)(?!import|export|const|let|for|if|return|\})([^;]+?);? \/\/ ((?:[-\d[{'"]|true|false|null).*)$/;

function isLiteral(text: string): boolean {
  try {
    JSON.parse(text.replaceAll("'", '"'));
    return true;
  } catch {
    return false;
  }
}

/** A file that an example writes. */
const WRITTEN = /\bwriteFileSync\('([\w-]+\.svg)'/g;

/** `expression; // literal` becomes an assertion; `console.log(expression)` asserts what it would print. */
function withAssertions(code: string, pictures: string): string {
  const lines = code.split('\n').map((line) => {
    const [, indent = '', statement = '', literal = ''] = PROMISE.exec(line) ?? [];
    if (!isLiteral(literal)) return line;
    const expression = /^console\.log\((.*)\)$/.exec(statement)?.[1] ?? statement;
    return `${indent}promised(${expression}, ${literal});`;
  });
  const kept = lines
    .join('\n')
    .replaceAll(WRITTEN, (_, name: string) => `await promisedFile('${join(pictures, name)}'`);
  return `import { promised, promisedFile } from '../../../../docs/promised.js';\n${kept}\nexport {};\n`;
}

/** Tests for all examples of some files, paths from the repository; `group` names the folder in which they are run. */
export function checkExamples(group: string, files: readonly string[]): void {
  const target = join(root, 'test-results', 'examples', group);
  const documents = files.map((file, i) => ({ file, examples: examplesOf(join(root, file), join(target, String(i))) }));
  const examples = documents.flatMap((document) => document.examples);

  rmSync(target, { recursive: true, force: true });
  for (const { code, path, pictures } of examples) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, withAssertions(code, pictures), { flag: 'wx' }); // two examples of one name would hide one of them
  }

  const pages = documents.filter(({ file }) => file.endsWith('.md'));
  test.each(pages)(
    'every ts block of $file is an example, and its pictures are drawn by them',
    ({ file, examples: found }) => {
      const text = readFileSync(join(root, file), 'utf8');
      expect(found.length).toBe(text.match(/^\s*```ts\b/gm)?.length ?? 0);
      const drawn = found.flatMap(({ code }) => [...code.matchAll(WRITTEN)].map(([, name]) => `pictures/${name}`));
      const shown = [...text.matchAll(/\]\((pictures\/[\w-]+\.svg)\)/g)].map(([, link]) => link);
      expect(shown.sort()).toEqual(drawn.sort());
    },
  );

  test('examples pass the type check', () => expect(complaintsOf(examples)).toEqual([]));

  describe('examples run and keep their promises', () => {
    const kernels = activeKernels();
    afterEach(() => useKernels(kernels)); // an example may choose others
    for (const { place, path } of examples) test(place, async () => void (await import(path)));
  });
}

function complaintsOf(examples: readonly Example[]): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root);
  const files = examples.map(({ path }) => path);
  const program = ts.createProgram(files, {
    ...options,
    composite: false,
    noEmit: true,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    types: ['node'],
  });
  return examples.flatMap(({ path, place }) => {
    const source = program.getSourceFile(path);
    return program.getSemanticDiagnostics(source).map(({ messageText }) => {
      return `${place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}

/**
 * Runs every `ts` example of the doc comments, the READMEs and the guides, and compares what their comments promise:
 * after `expression; // literal` the expression must equal the literal. An example that begins with the name of a file
 * (`// my-cell.ts`) is that file for the others of its page. A picture that an example writes is compared with the one in
 * `pictures/` beside its page; `npm run pictures` draws them anew.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

interface Example {
  /** Page and line. */
  readonly place: string;
  readonly code: string;
  /** Where it is written and run. */
  readonly path: string;
  /** Where the pictures of its page are. */
  readonly pictures: string;
}

const root = join(import.meta.dirname, '..');
const target = join(root, 'test-results', 'examples');

/** Fenced `ts` blocks; in sources those of doc comments, without the comment's stars. Those of a page share a folder. */
function examplesOf(file: string, page: number): Example[] {
  const source = readFileSync(file, 'utf8');
  const text = file.endsWith('.ts') ? source.replaceAll(/^[ \t]*\*(?: |$)/gm, '') : source;
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ 1: code = '', index }, i) => ({
    place: `${relative(root, file)}:${text.slice(0, index).split('\n').length}`,
    code,
    path: join(target, String(page), NAMED.exec(code)?.[1] ?? `example-${i}.ts`),
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
  return `import { promised, promisedFile } from '../../../docs/promised.js';\n${kept}\nexport {};\n`;
}

const sources = readdirSync(join(root, 'packages'), { recursive: true, encoding: 'utf8' })
  .filter((file) => !/node_modules|[\\/]dist[\\/]|[.]test[.]ts$|[\\/]assembly[\\/]/.test(file))
  .filter((file) => file.endsWith('.ts') || file.endsWith('README.md'))
  .map((file) => join(root, 'packages', file));
const guides = ['docs/guides', 'docs/course'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `${folder}/${file}`),
);
const others = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/computational-graph.md', 'docs/site.md'];
const pages = [...others, ...guides];
const documents = [...sources, ...pages.map((page) => join(root, page))];
const examples = documents.flatMap(examplesOf);

rmSync(target, { recursive: true, force: true });
for (const { code, path, pictures } of examples) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, withAssertions(code, pictures), { flag: 'wx' }); // two examples of one name would hide one of them
}

test.each(pages)('every ts block of %s is an example', (page) => {
  const file = join(root, page);
  const blocks = readFileSync(file, 'utf8').match(/^\s*```ts\b/gm) ?? [];
  expect(examplesOf(file, 0).length).toBe(blocks.length);
});

test('a picture is drawn by an example and shown on its page', () => {
  const drawn = examples.flatMap(({ code, pictures }) =>
    [...code.matchAll(WRITTEN)].map(([, name = '']) => join(pictures, name)),
  );
  const shown = guides.flatMap((page) => {
    const links = readFileSync(join(root, page), 'utf8').matchAll(/\]\((pictures\/[\w-]+\.svg)\)/g);
    return [...links].map(([, link = '']) => join(root, dirname(page), link));
  });
  expect(shown.sort()).toEqual(drawn.sort());
});

test('examples of the documentation pass the type check', () => {
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
  const complaints = examples.flatMap(({ path, place }) => {
    const source = program.getSourceFile(path);
    return program.getSemanticDiagnostics(source).map(({ messageText }) => {
      return `${place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
  expect(complaints).toEqual([]);
});

describe('examples of the documentation run and keep their promises', () => {
  for (const { place, path } of examples) test(place, async () => void (await import(path)));
});

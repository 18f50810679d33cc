/**
 * Runs every `ts` example of the doc comments and of the READMEs, and compares what their comments promise:
 * after `expression; // literal` the expression must equal the literal.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

interface Example {
  readonly place: string;
  readonly code: string;
}

const root = join(import.meta.dirname, '..');
const target = join(root, 'test-results', 'examples');

/** Fenced `ts` blocks; in sources those of doc comments, without the comment's stars. */
function examplesOf(file: string): Example[] {
  const source = readFileSync(file, 'utf8');
  const text = file.endsWith('.ts') ? source.replaceAll(/^[ \t]*\*(?: |$)/gm, '') : source;
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ 1: code = '', index }) => ({
    place: `${relative(root, file)}:${text.slice(0, index).split('\n').length}`,
    code,
  }));
}

/** A trailing comment that is a JavaScript literal: a number, a string, an array, an object, true, false or null. */
const PROMISE = /^(\s*)(?!import|export|const|let|for|if|\})([^;]+?);? \/\/ ((?:[-\d[{'"]|true|false|null).*)$/;

function isLiteral(text: string): boolean {
  try {
    JSON.parse(text.replaceAll("'", '"'));
    return true;
  } catch {
    return false;
  }
}

/** `expression; // literal` becomes an assertion; `console.log(expression)` asserts what it would print. */
function withAssertions(code: string): string {
  const lines = code.split('\n').map((line) => {
    const [, indent = '', statement = '', literal = ''] = PROMISE.exec(line) ?? [];
    if (!isLiteral(literal)) return line;
    const expression = /^console\.log\((.*)\)$/.exec(statement)?.[1] ?? statement;
    return `${indent}promised(${expression}, ${literal});`;
  });
  return `import { promised } from '../../docs/promised.js';\n${lines.join('\n')}\nexport {};\n`;
}

const sources = readdirSync(join(root, 'packages'), { recursive: true, encoding: 'utf8' })
  .filter((file) => !/node_modules|[\\/]dist[\\/]|[.]test[.]ts$|[\\/]assembly[\\/]/.test(file))
  .filter((file) => file.endsWith('.ts') || file.endsWith('README.md'))
  .map((file) => join(root, 'packages', file));
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/computational-graph.md'];
const documents = [...sources, ...pages.map((page) => join(root, page))];
const examples = documents.flatMap(examplesOf);

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });

for (const [i, { code }] of examples.entries()) writeFileSync(join(target, `example-${i}.ts`), withAssertions(code));

test('examples of the documentation pass the type check', () => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root);
  const files = examples.map((_, i) => join(target, `example-${i}.ts`));
  const program = ts.createProgram(files, {
    ...options,
    composite: false,
    noEmit: true,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    types: ['node'],
  });
  const complaints = files.flatMap((file, i) => {
    const source = program.getSourceFile(file);
    return program.getSemanticDiagnostics(source).map(({ messageText }) => {
      return `${examples[i]?.place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
  expect(complaints).toEqual([]);
});

describe('examples of the documentation run and keep their promises', () => {
  test.each(examples.map(({ place }, i) => ({ place, i })))('$place', async ({ i }) => {
    await import(join(target, `example-${i}.ts`));
  });
});

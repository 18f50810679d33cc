/** The exported names of every entry, as the files of `names/` say: what changes there changes for users. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const target = join(import.meta.dirname, 'names');

/** The kind of declaration that a reader would look for. */
const KINDS = [
  [ts.SymbolFlags.Class, 'class'],
  [ts.SymbolFlags.Function, 'function'],
  [ts.SymbolFlags.Interface, 'interface'],
  [ts.SymbolFlags.TypeAlias, 'type'],
  [ts.SymbolFlags.Variable, 'const'],
  [ts.SymbolFlags.Module, 'namespace'],
];

/** Compares, or with `update` writes. `folder` is a project in which all `packages` are installed. Answers complaints. */
export function checkNames(packages, folder, update) {
  const entries = packages.flatMap((pkg) => pkg.entries);
  const from = join(folder, 'names.ts');
  const options = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    types: [],
  };
  const fileOf = (entry) =>
    ts.resolveModuleName(entry, from, options, ts.sys, undefined, undefined, ts.ModuleKind.ESNext).resolvedModule
      .resolvedFileName;
  const program = ts.createProgram(entries.map(fileOf), options);
  const checker = program.getTypeChecker();

  const wanted = new Map();
  for (const entry of entries) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(fileOf(entry)));
    const lines = namesOf(checker, module, '').join('\n');
    wanted.set(`${entry.replace('@unroll/', '').replace('/', '.')}.txt`, `${lines}\n`);
  }
  if (update) {
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target);
    for (const [file, text] of wanted) writeFileSync(join(target, file), text);
    return [];
  }
  const complaints = [...wanted].flatMap(([file, text]) => difference(file, text));
  const superfluous = existsSync(target) ? readdirSync(target).filter((file) => !wanted.has(file)) : [];
  return [...complaints, ...superfluous.map((file) => `names/${file} belongs to no entry.`)].map(
    (complaint) => `${complaint} If this is meant, say so: npm run packages -- --update.`,
  );
}

/** `name kind`, sorted; names of a namespace follow it as `namespace.name`. */
function namesOf(checker, module, prefix) {
  const symbols = checker.getExportsOfModule(module);
  return symbols
    .map((symbol) => ({ name: symbol.name, meant: resolved(checker, symbol) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, meant }) => {
      const kinds = KINDS.filter(([flag]) => (meant.flags & flag) !== 0).map(([, kind]) => kind);
      const within = kinds[0] === 'namespace' ? namesOf(checker, meant, `${prefix}${name}.`) : [];
      return [`${prefix}${name} ${kinds[0]}`, ...within];
    });
}

const resolved = (checker, symbol) =>
  (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);

function difference(file, text) {
  const path = join(target, file);
  const before = new Set(existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []);
  const after = new Set(text.trimEnd().split('\n'));
  const gone = [...before].filter((line) => !after.has(line)).map((line) => `− ${line}`);
  const come = [...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`);
  const changes = [...gone, ...come];
  return changes.length === 0 ? [] : [`names/${file}: ${changes.join(', ')}.`];
}

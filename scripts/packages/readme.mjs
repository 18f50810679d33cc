/** What a README of a package must say, and the example that it begins with. */
import { existsSync, readFileSync } from 'node:fs';
import { withNeeds } from './pack.mjs';

function readmeOf({ folder }) {
  const file = `packages/${folder}/README.md`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** The first `ts` block, and what the `text` block after it says that it prints. */
export function readmeExample(pkg) {
  return exampleIn(readmeOf(pkg));
}

/** The same of any README. */
export function exampleIn(text) {
  const [, code, prints] = /^```ts\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```$)?/m.exec(text) ?? [];
  return { code, prints: prints?.trimEnd() };
}

/** Complaints about the README of a package: how to install it, what it needs, a complete example, links. */
export function checkReadme(pkg, packages) {
  const { name, manifest } = pkg;
  const text = readmeOf(pkg);
  const peers = Object.keys(manifest.peerDependencies ?? {});
  const command = `npm install ${[...peers, name].join(' ')}`;
  const neededOnes = withNeeds(pkg, packages).filter((other) => other !== pkg);
  const { code, prints } = readmeExample(pkg);
  // A page of the registry has no repository around it.
  const relative = [...text.matchAll(/\]\((?!https:|#)([^)]*)\)/g)].map(([, target]) => target);
  const rules = [
    [text.startsWith(`# ${name}\n`), `begins with "# ${name}"`],
    [text.includes(`\`\`\`sh\n${command}\n\`\`\``), `has an sh block "${command}"`],
    [text.includes('\n## What it needs\n'), 'has a heading "What it needs"'],
    [text.includes(`Node ${manifest.engines.node.slice(2)} or newer`), `names Node ${manifest.engines.node.slice(2)}`],
    [text.includes('TypeScript 5.6'), 'names TypeScript 5.6'],
    [/\bESM\b/.test(text), 'says ESM'],
    ...neededOnes.map((other) => [
      text.includes(`[\`${other.name}\`](https://www.npmjs.com/package/${other.name})`),
      `links ${other.name}, which it needs, as https://www.npmjs.com/package/${other.name}`,
    ]),
    [relative.length === 0, `links absolutely: ${relative.join(', ')}`],
    [code !== undefined, 'has a complete example, a block "ts"'],
    [prints !== undefined, 'shows what its first example prints, in a block "text" right after it'],
  ];
  return rules.filter(([holds]) => !holds).map(([, rule]) => `README.md should be mended so that it ${rule}.`);
}

/** Runs every example briefly, as its package script `try` says. Needs a build. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

// plugin-cell is no program but a package; `npm run plugin-kit` tries it.
const folders = readdirSync('examples', { withFileTypes: true }).filter((entry) => entry.isDirectory());
const examples = folders.map(({ name }) => name).filter((name) => name !== 'plugin-cell');
if (examples.length === 0) throw new Error('There is no example to try.');

for (const name of examples) {
  const { scripts } = JSON.parse(readFileSync(`examples/${name}/package.json`, 'utf8'));
  if (!scripts?.try) throw new Error(`examples/${name} has no script "try".`);
  console.log(`\n── ${name}: ${scripts.try}`);
  const { status } = spawnSync(scripts.try, { cwd: `examples/${name}`, stdio: 'inherit', shell: true });
  if (status !== 0) {
    console.error(`✗ examples/${name} failed.`);
    process.exit(1);
  }
}

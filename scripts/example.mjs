/** `npm run example NAME -- [options]`: runs one example, or says which there are. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

const [name, ...args] = process.argv.slice(2);
const main = `examples/${name}/dist/main.js`;
if (name === undefined || !existsSync(main)) {
  const there = readdirSync('examples').filter((folder) => existsSync(`examples/${folder}/dist/main.js`));
  console.error(`${name === undefined ? 'Name an example' : `There is no example "${name}"`}: ${there.join(', ')}.`);
  process.exit(2);
}
const { status } = spawnSync(process.execPath, [main, ...args], { stdio: 'inherit' });
process.exit(status ?? 1);

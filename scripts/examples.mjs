/** Which examples there are, and how many of them are run: two at a time, each with its output in a file. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';

const scriptsOf = (name) => JSON.parse(readFileSync(`examples/${name}/package.json`, 'utf8')).scripts ?? {};

/** The names of the examples whose package.json has a script of this name. */
export function examplesWith(script) {
  const found = readdirSync('examples').filter((name) => existsSync(`examples/${name}/package.json`));
  const names = found.filter((name) => scriptsOf(name)[script] !== undefined);
  if (names.length === 0) throw new Error(`No example has a script "${script}".`);
  return names;
}

/** Runs a script of an example in its folder, with its output in the file `log`. Answers exit code and seconds. */
export function runScript(name, script, log, args = '') {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'w');
  const begin = performance.now();
  const options = { cwd: `examples/${name}`, stdio: ['ignore', output, output], shell: true };
  return new Promise((done) => {
    spawn(`${scriptsOf(name)[script]} ${args}`, options).on('close', (status) => {
      closeSync(output);
      done({ status, seconds: Math.round((performance.now() - begin) / 1000) });
    });
  });
}

/** Calls `run` for each name, for two of them at a time: an example computes on one core. */
export async function twoAtATime(names, run) {
  const waiting = [...names];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await run(name);
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
}

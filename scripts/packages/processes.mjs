/** Programs that run beside each other. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Runs a program to its end. Answers what it wrote and with which status it ended. */
export function run(command, args, { cwd } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    const [stdout, stderr] = [[], []];
    child.stdout.on('data', (part) => stdout.push(part));
    child.stderr.on('data', (part) => stderr.push(part));
    child.on('error', reject);
    child.on('close', (status) => {
      const [out, err] = [stdout, stderr].map((parts) => Buffer.concat(parts).toString('utf8'));
      // Node shows the line that failed; a bundle has one.
      const output = `${out}${err}`.trim().replaceAll(/^.{400,}$/gm, (line) => `${line.slice(0, 400)}…`);
      resolve({ status, stdout: out, output });
    });
  });
}

/** The results of asynchronous functions, in their order; as many run at once as there are cores. */
export async function inTurns(tasks) {
  const results = new Array(tasks.length);
  let next = 0;
  const worker = async () => {
    while (next < tasks.length) {
      const i = next++;
      results[i] = await tasks[i]();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), tasks.length) }, worker));
  return results;
}

/** `npm run bench`: races Unroll against its peers, prints tables, and with `--save` keeps the figures. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findContenders } from './contenders.js';
import { HELP, type Options, readOptions } from './options.js';
import { writePerformancePage } from './performance-page.js';
import { pinned, threadSettings } from './process.js';
import { race } from './race.js';
import { keepResults, type MemoryReading, type Race, type Results, thisMachine } from './results.js';
import { gemmTable, kernelTable, memoryTable, raceTable } from './tables.js';
import { findWorkload } from './workloads.js';

/** Progress goes to the side, so that the tables can be redirected. */
const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
const show = (text: string): void => {
  process.stdout.write(`\n${text}\n`);
};

async function main(options: Options): Promise<void> {
  const begin = performance.now();
  const contenders = findContenders(options.peers, options.threads, say);
  const races: Race[] = [];
  for (const id of options.races) {
    const workload = findWorkload(id);
    const finished = await race(workload, contenders, { ...options, say });
    races.push(finished);
    if (['training', 'sampling', 'cells'].includes(workload.kind)) show(raceTable(finished));
  }
  if (races.some(({ workload }) => workload.startsWith('G '))) show(`Matrix products, GFLOP/s\n\n${gemmTable(races)}`);
  if (races.some(({ workload }) => workload.startsWith('E '))) show(kernelTable(races));
  const memory = options.memory ? await measureMemory(options.core) : [];
  if (memory.length > 0) show(memoryTable(memory));

  const results: Results = {
    machine: thisMachine(),
    ...(options.threads === 1 ? { races, threaded: [] } : { races: [], threaded: races }),
    memory,
  };
  if (options.save) writePerformancePage(keepResults(results));
  say(`Finished in ${((performance.now() - begin) / 60_000).toFixed(1)} minutes.`);
}

/** In a process of its own, which has done nothing else. */
async function measureMemory(core: number): Promise<MemoryReading[]> {
  say('M: 10,000 steps of W2');
  const program = fileURLToPath(new URL('./unroll/memory.js', import.meta.url));
  const [file, ...args] = pinned([process.execPath, '--expose-gc', program], core);
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...threadSettings(1) },
  });
  let output = '';
  for await (const text of child.stdout) output += text;
  return JSON.parse(output) as MemoryReading[];
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(HELP);
  else await main(options);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

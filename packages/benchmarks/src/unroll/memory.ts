/**
 * Memory over many training steps: what is in use after the first thousand and at the end. Prints one line of JSON.
 * Runs with `--expose-gc`; `node memory.js 2000` stops after so many steps.
 */
import { memoryReport } from '@unroll/kernels';
import { peakMemory } from '../peak-memory.js';
import type { MemoryReading } from '../results.js';
import { memory, trainingSizes } from '../workloads.js';
import { trainingStep } from './training.js';

const MB = 1024 * 1024;
const collect = globalThis.gc;
if (collect === undefined) throw new Error('memory: start node with --expose-gc.');

const total = Number(process.argv[2] ?? memory.steps);
const step = trainingStep(trainingSizes(memory.like));
const readings: MemoryReading[] = [];
for (let done = 1; done <= total; done++) {
  await step();
  if (done % memory.first === 0) readings.push(read(done));
}
process.stdout.write(`${JSON.stringify(readings)}\n`);

function read(steps: number): MemoryReading {
  const { total, free } = memoryReport();
  collect?.();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return {
    steps,
    kernelBytes: total - free,
    heapMb: heapUsed / MB,
    arrayBuffersMb: arrayBuffers / MB,
    residentMb: rss / MB,
    peakMb: peakMemory(),
  };
}

/** The figures of all races, kept in `results.json`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';

/** One contender in one race. */
export interface Row {
  readonly contender: string;
  readonly version: string;
  readonly medianMs: number;
  readonly minMs: number;
  readonly samples: number;
  readonly peakMb: number;
  /** The first run of all, which compiles or traces, if that is what the contender does. */
  readonly firstMs: number;
  /** Before the first and after the last training step; nothing elsewhere. */
  readonly losses: readonly number[];
}

/** All contenders of one workload, who took turns. */
export interface Race {
  readonly workload: string;
  readonly date: string;
  readonly rows: readonly Row[];
  /** Who could not finish, and why. */
  readonly failures: readonly string[];
}

export interface MemoryReading {
  readonly steps: number;
  /** In use: parameters, gradients, optimizer state and arenas. */
  readonly kernelBytes: number;
  /** After a collection. */
  readonly heapMb: number;
  /** After a collection. */
  readonly arrayBuffersMb: number;
  readonly residentMb: number;
  readonly peakMb: number;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
}

export interface Results {
  readonly machine: Machine;
  /** On one core, with one thread each. */
  readonly races: readonly Race[];
  /** With those that take more threads, or a library, on as many cores as they have threads. */
  readonly threaded: readonly Race[];
  readonly memory: readonly MemoryReading[];
}

const path = new URL('../results.json', import.meta.url);

export function thisMachine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGb: Math.round(totalmem() / 1e9),
    system: `${platform()} ${release().split('-')[0]} ${arch()}`,
    node: process.version,
  };
}

/** What was kept; nothing before the first run. */
export function readResults(): Results | null {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Results) : null;
}

/** Keeps new races in the place of old ones of the same workloads; those of another machine or Node are dropped. */
export function keepResults(results: Results): Results {
  const kept = readResults();
  const same = kept !== null && JSON.stringify(kept.machine) === JSON.stringify(results.machine) ? kept : null;
  const merged: Results = {
    machine: results.machine,
    races: renewed(same?.races ?? [], results.races),
    threaded: renewed(same?.threaded ?? [], results.threaded),
    memory: results.memory.length > 0 ? results.memory : (same?.memory ?? []),
  };
  writeFileSync(path, `${JSON.stringify(merged, null, 1)}\n`);
  return merged;
}

function renewed(before: readonly Race[], races: readonly Race[]): Race[] {
  const raced = new Set(races.map(({ workload }) => workload));
  return [...before.filter(({ workload }) => !raced.has(workload)), ...races];
}

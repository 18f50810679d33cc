/** A contender's side of the protocol, for those that run in Node. */
import { createInterface } from 'node:readline';
import { peakMemory } from './peak-memory.js';
import type { Greeting, Reply, Request } from './protocol.js';
import { findWorkload, type Workload } from './workloads.js';

/** One run of a workload; answers the loss where there is one. */
export type Run = () => number | undefined | Promise<number | undefined>;

async function answer(run: Run, { samples, repeats }: Request): Promise<Reply> {
  const ms: number[] = [];
  const losses: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const begin = performance.now();
    for (let i = 0; i < repeats; i++) {
      const result = run();
      const loss = result instanceof Promise ? await result : result;
      if (loss !== undefined) losses.push(loss);
    }
    ms.push((performance.now() - begin) / repeats);
  }
  return { ms, losses, peakMb: peakMemory() };
}

/** Answers requests until the driver closes the line. `prepare` is called once for each workload. */
export async function serve(version: string, prepare: (workload: Workload) => Run | Promise<Run>): Promise<void> {
  const say = (line: Greeting | Reply | { error: string }): void => {
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  const prepared = new Map<string, Run>();
  say({ version });
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Request;
    try {
      const run = prepared.get(request.workload) ?? (await prepare(findWorkload(request.workload)));
      prepared.set(request.workload, run);
      say(await answer(run, request));
    } catch (error) {
      say({ error: error instanceof Error ? error.message : String(error) });
    }
  }
}

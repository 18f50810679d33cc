/** Contenders take turns at one workload, a few samples each, so that a noisy machine is noisy for all of them. */
import type { Contender } from './contenders.js';
import { ContenderProcess } from './process.js';
import type { Race, Row } from './results.js';
import { median } from './statistics.js';
import type { Workload } from './workloads.js';

export interface RaceOptions {
  readonly rounds: number;
  /** The core that all contenders share, one at a time. */
  readonly core: number;
  say(line: string): void;
}

/** A contender whose sample takes longer than this gets {@link FEW} samples. */
const SLOW_MS = 2000;
const FEW = 3;
/** What everybody else gets at least. */
const ENOUGH = 10;
/**
 * What a turn and a warm-up of at least {@link WARM_UP_RUNS} should take. Engines compile what is hot on threads of their
 * own, which share the core: for some seconds that disturbs the steps of whoever has JavaScript in them.
 */
const WHOLE_STEPS = { turnMs: 600, warmUpMs: 4000 };
const SINGLE_KERNELS = { turnMs: 150, warmUpMs: 200 };
const MOST_IN_A_TURN = 400;
const WARM_UP_RUNS = 3;

interface Runner {
  readonly child: ContenderProcess;
  readonly ms: number[];
  readonly losses: number[];
  readonly firstMs: number;
  readonly turns: number;
  readonly perTurn: number;
  peakMb: number;
}

export async function race(workload: Workload, contenders: readonly Contender[], options: RaceOptions): Promise<Race> {
  const failures: string[] = [];
  const runners: Runner[] = [];
  const failed = (name: string, error: unknown): void => {
    const reason = `${name}: ${error instanceof Error ? error.message : String(error)}`;
    options.say(`${workload.id}: ${reason}`);
    failures.push(reason);
  };
  for (const contender of contenders.filter((candidate) => candidate.enters(workload))) {
    options.say(`${workload.id}: ${contender.name} warms up`);
    try {
      runners.push(await warmUp(await ContenderProcess.start(contender, options.core), workload, options.rounds));
    } catch (error) {
      failed(contender.name, error);
    }
  }
  const running = new Set(runners);
  for (let round = 0; round < options.rounds; round++) {
    options.say(`${workload.id}: round ${round + 1} of ${options.rounds}`);
    // Whoever began last time comes last now.
    const order = runners.map((_, i) => runners[(i + round) % runners.length]);
    for (const runner of order) {
      if (runner === undefined || !running.has(runner) || round >= runner.turns) continue;
      try {
        await takeTurn(runner, workload);
      } catch (error) {
        running.delete(runner);
        failed(runner.child.contender.name, error);
      }
    }
  }
  for (const { child } of runners) child.stop();
  const rows = runners.filter((runner) => running.has(runner)).map(rowOf);
  return { workload: workload.id, date: new Date().toISOString().slice(0, 10), rows, failures };
}

/** Runs until compilers have seen enough, and finds out how much fits into a turn. */
async function warmUp(child: ContenderProcess, workload: Workload, rounds: number): Promise<Runner> {
  const { turnMs, warmUpMs } = ['gemm', 'elementwise'].includes(workload.kind) ? SINGLE_KERNELS : WHOLE_STEPS;
  const request = { workload: workload.id, samples: 1, repeats: 1 };
  try {
    const first = await child.ask(request);
    const losses = [...first.losses];
    const [firstMs = 0] = first.ms;
    const begin = performance.now();
    let runs = 1;
    let pace = Number.POSITIVE_INFINITY;
    // Those that trace in their first run show their pace in the second.
    do {
      const reply = await child.ask(request);
      losses.push(...reply.losses);
      pace = Math.min(pace, ...reply.ms);
      runs += 1;
    } while (pace < 2 * SLOW_MS && (runs < WARM_UP_RUNS || performance.now() - begin < warmUpMs));
    const sampleMs = pace * workload.repeats;
    const slow = sampleMs > SLOW_MS;
    const fitting = Math.min(MOST_IN_A_TURN, Math.ceil(turnMs / sampleMs));
    return {
      child,
      ms: [],
      losses,
      firstMs,
      turns: slow ? FEW : rounds,
      perTurn: slow ? Math.ceil(FEW / rounds) : Math.max(Math.ceil(ENOUGH / rounds), fitting),
      peakMb: first.peakMb,
    };
  } catch (error) {
    child.stop();
    throw error;
  }
}

async function takeTurn(runner: Runner, { id, repeats }: Workload): Promise<void> {
  const reply = await runner.child.ask({ workload: id, samples: runner.perTurn, repeats });
  runner.ms.push(...reply.ms);
  runner.losses.push(...reply.losses);
  runner.peakMb = reply.peakMb;
}

function rowOf({ child, ms, losses, firstMs, peakMb }: Runner): Row {
  const [first, last] = [losses[0], losses.at(-1)];
  return {
    contender: child.contender.name,
    version: child.version,
    medianMs: rounded(median(ms)),
    minMs: rounded(Math.min(...ms)),
    samples: ms.length,
    peakMb: Math.round(peakMb),
    firstMs: rounded(firstMs),
    losses: first === undefined || last === undefined ? [] : [first, last].map((loss) => Number(loss.toFixed(3))),
  };
}

/** Five digits that count: a file of results should not pretend to more. */
function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

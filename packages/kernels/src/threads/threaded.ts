/** A table whose large calls are divided among threads. */
import type { KernelTable } from '../kernels.js';
import { type Axis, kernelNames, type Plan, plans } from './plans.js';
import { type Call, type Kernel, MOST_CHUNKS } from './queue.js';

/** What runs calls that are divided. */
export interface Crew {
  /** With the main thread. */
  readonly threads: number;
  /** Whether workers would have to be woken, which takes time. */
  readonly isAsleep: boolean;
  run(call: Call): void;
}

/** From how many nanoseconds of work on dividing it pays. */
export interface Economy {
  /** With workers that look around. */
  readonly worth: number;
  /** With workers that sleep. */
  readonly worthWaking: number;
  /** What a chunk should take at least. */
  readonly chunk: number;
}

const measured: Economy = { worth: 6_000, worthWaking: 30_000, chunk: 3_000 };
/** So that a thread that comes late finds some left. */
const CHUNKS_EACH = 4;

/** `table` with each kernel divided as its plan says: the same bits. */
export function threadedTable(table: KernelTable, crew: Crew, economy: Economy = measured): KernelTable {
  const divided = kernelNames.map((name, place) => {
    const kernel = table[name] as Kernel;
    return [name, divide(kernel, place, plans[name], crew, economy)] as const;
  });
  return { ...table, ...Object.fromEntries(divided) };
}

function divide(kernel: Kernel, place: number, { axes, nanoseconds }: Plan, crew: Crew, economy: Economy): Kernel {
  return (...args) => {
    const time = nanoseconds(args);
    if (time > economy.worth && (time > economy.worthWaking || !crew.isAsleep)) {
      const wanted = Math.min(Math.floor(time / economy.chunk), CHUNKS_EACH * crew.threads, MOST_CHUNKS - 1);
      for (const axis of axes) {
        const units = Math.floor((args[axis.extentAt] as number) / axis.unit);
        if (units < crew.threads) continue;
        const extent = axis.unit * Math.ceil(units / wanted);
        crew.run({ kernel: place, args, extentAt: axis.extentAt, extent, moves: movesOf(axis, args, extent) });
        return;
      }
    }
    kernel(...args);
  };
}

/** How far each argument moves from a chunk to the next. An array that is not there, at −1, stays where it is. */
function movesOf({ moves }: Axis, args: readonly number[], extent: number): number[] {
  const all = args.map(() => 0);
  for (const [position, stride] of moves) {
    if (args[position] !== -1) all[position] = extent * (stride === -1 ? 1 : (args[stride] as number));
  }
  return all;
}

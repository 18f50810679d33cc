/** All ranks of a job, and what MPI does among them. Every call waits for the others. */
import koffi from 'koffi';
import type { Combination, ElementType, Library } from './library.js';

/** What is asked of MPI. */
export interface World {
  readonly rank: number;
  readonly size: number;
  /** What the library says of itself. */
  readonly library: string;
  /** Puts the combination of all ranks' numbers in the place of each one's. */
  allReduce(address: number, count: number, type: ElementType, how: Combination): void;
  /** Puts the numbers of rank 0 in the place of all others'. */
  broadcast(address: number, count: number, type: ElementType): void;
  /** The bytes of all ranks, by rank; each may send as many as it likes. */
  allGather(bytes: Uint8Array): Uint8Array[];
  /** Ends all processes of the job. */
  abort(code: number): void;
  finalize(): void;
}

/** Calls of MPI come from the thread that JavaScript runs on, and Node has others. */
const MPI_THREAD_FUNNELED = 1;

/** Where numbers are. An address is passed as a number of 64 bits, which is exact, since addresses end below 2⁵³. */
export function addressOf(view: ArrayBufferView): number {
  return Number(koffi.address(view));
}

/** Joins the job as the launcher has planned. */
export function openWorld({ file, handle, names }: Library): World {
  const { handle: name, world, types, combinations, inPlace } = names;
  const address = 'uint64_t';
  const bind = (symbol: string, parameters: string[]): ((...given: readonly (number | bigint)[]) => number) =>
    handle.func(symbol, 'int', parameters);
  const init = bind('MPI_Init_thread', [address, address, 'int', address]);
  const commRank = bind('MPI_Comm_rank', [name, address]);
  const commSize = bind('MPI_Comm_size', [name, address]);
  const allReduce = bind('MPI_Allreduce', [address, address, 'int', name, name, name]);
  const broadcast = bind('MPI_Bcast', [address, 'int', name, 'int', name]);
  const allGather = bind('MPI_Allgather', [address, 'int', name, address, 'int', name, name]);
  const allGatherV = bind('MPI_Allgatherv', [address, 'int', name, address, address, address, name, name]);
  const abort = bind('MPI_Abort', [name, 'int']);
  const finalize = bind('MPI_Finalize', []);
  const answer = new Int32Array(1);
  const ask = (question: (communicator: number, into: number) => number): number => {
    question(world, addressOf(answer));
    return answer[0] as number;
  };

  init(0, 0, MPI_THREAD_FUNNELED, addressOf(answer));
  const [rank, size] = [ask(commRank), ask(commSize)];

  return {
    rank,
    size,
    library: `${versionOf(handle)} (${file})`,
    // What goes wrong among the processes ends all of them, which is MPI's default: there is nothing to check.
    allReduce: (at, count, type, how) => {
      allReduce(inPlace, at, count, types[type], combinations[how], world);
    },
    broadcast: (at, count, type) => {
      broadcast(at, count, types[type], 0, world);
    },
    allGather(bytes) {
      const counts = new Int32Array(size);
      const own = Int32Array.of(bytes.length);
      allGather(addressOf(own), 1, types.int32, addressOf(counts), 1, types.int32, world);
      const starts = new Int32Array(size);
      for (let i = 1; i < size; i++) starts[i] = (starts[i - 1] as number) + (counts[i - 1] as number);
      const all = new Uint8Array(counts.reduce((sum, count) => sum + count, 0));
      const [toCounts, toStarts] = [addressOf(counts), addressOf(starts)];
      allGatherV(addressOf(bytes), bytes.length, types.byte, addressOf(all), toCounts, toStarts, types.byte, world);
      return Array.from(counts, (count, i) => all.subarray(starts[i], (starts[i] as number) + count));
    },
    abort: (code) => {
      abort(world, code);
    },
    finalize: () => {
      finalize();
    },
  };
}

/** As long as any version says that it is. */
const LONGEST_VERSION = 8192;

/** `Open MPI v4.1.4`, `MPICH 4.0.2`: of the many words that it comes with, the first. */
function versionOf(handle: Library['handle']): string {
  const text = new Uint8Array(LONGEST_VERSION);
  const length = new Int32Array(1);
  handle.func('MPI_Get_library_version', 'int', ['uint64_t', 'uint64_t'])(addressOf(text), addressOf(length));
  const [first = ''] = String.fromCharCode(...text.subarray(0, length[0])).split(/[,\n]/);
  return first.replace(/ Version:\s*/, ' ').trim();
}

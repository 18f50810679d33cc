/** Joining the other ranks, and leaving them. */
import { hostname } from 'node:os';
import process from 'node:process';
import { checkOptions, UnrollError } from '@unroll/core';
import { Communicator } from './communicator.js';
import { endTogether } from './end-together.js';
import { type Launch, launchOf } from './launch.js';
import { findLibrary } from './library.js';
import { openWorld, type World } from './world.js';

/** Options of {@link initialize}. */
export interface InitializeOptions {
  /** A file, or a name that the system's loader finds; by default the first that fits the launcher. */
  readonly library?: string;
}

/** The communicator of this process; MPI begins and ends once. */
let joined: Communicator | undefined;

/**
 * Joins the processes that `mpirun` or `srun` has started together with this one, over the MPI library of the system
 * that belongs to the launcher: Open MPI or MPICH. A process that was started by itself is rank 0 of 1 and needs no
 * library. Called again, it answers the same object.
 *
 * From then on a rank ends the others with it: where an error is not caught, or the exit code is not 0, a sentence says
 * which rank it is, and the job ends with that code. A rank that is killed is seen by the launcher, which kills the rest.
 *
 * Errors: `UnrollError` where several processes were started and no library fits the launcher, or one does not find the
 * others: then each would train alone.
 *
 * @example
 * ```ts
 * import { initialize } from '@unroll/mpi';
 * const mpi = initialize();
 * [mpi.rank, mpi.size]; // [0, 1]
 * mpi.message; // 'one process alone, without MPI'
 * ```
 */
export function initialize(options: InitializeOptions = {}): Communicator {
  checkOptions('initialize', options, ['library']);
  if (joined === undefined || (joined.isOver && joined.size === 1)) joined = join(options.library);
  return joined;
}

function join(file: string | undefined): Communicator {
  const launch = launchOf(process.env);
  if (launch === undefined || launch.size === 1) return new Communicator(null, 'one process alone, without MPI');
  const library = findLibrary(launch, process.platform, file);
  const world = openWorld(library);
  if (world.size !== launch.size) throw notTogether(launch, world);
  const communicator = new Communicator(world, describe(world));
  endTogether(communicator, world);
  return communicator;
}

function notTogether({ launcher, size, rank }: Launch, world: World): UnrollError {
  world.finalize();
  return new UnrollError({
    op: 'initialize',
    what: `process ${rank} of ${size} sees itself as rank ${world.rank} of ${world.size}`,
    rule: `${launcher} has started ${size}, and ${world.library} does not find the others`,
    mend: 'Start with the mpirun of that library, with srun --mpi=pmix (Open MPI) or --mpi=pmi2 (MPICH), or name another file with { library }',
  });
}

/** `Open MPI v4.1.4 (libmpi.so.40), 2 ranks: 0 is process 812 on one, 1 is process 813 on one`. */
function describe(world: World): string {
  const own = new TextEncoder().encode(`process ${process.pid} on ${hostname()}`);
  const all = world.allGather(own).map((bytes, rank) => `${rank} is ${new TextDecoder().decode(bytes)}`);
  return `${world.library}, ${world.size} ranks: ${all.join(', ')}`;
}

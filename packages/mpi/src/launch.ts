/** Who started this process, and as which of how many: launchers say it in the environment. */

/** MPI libraries that call things by the same numbers or addresses. */
export type Family = 'Open MPI' | 'MPICH';

/** What a launcher says. */
export interface Launch {
  readonly launcher: string;
  /** Whose libraries it can serve; undefined where that is a question of how it was set up. */
  readonly family: Family | undefined;
  readonly rank: number;
  readonly size: number;
}

/** The variables of each. The first that are there count: one launcher may have started another. */
const LAUNCHERS = [
  { launcher: 'mpirun of Open MPI', family: 'Open MPI', rank: 'OMPI_COMM_WORLD_RANK', size: 'OMPI_COMM_WORLD_SIZE' },
  { launcher: 'mpirun of MPICH (or srun --mpi=pmi2)', family: 'MPICH', rank: 'PMI_RANK', size: 'PMI_SIZE' },
  // SLURM_NTASKS is there in a batch script too, which is one process.
  { launcher: 'srun', family: undefined, rank: 'SLURM_PROCID', size: 'SLURM_STEP_NUM_TASKS' },
] as const;

/** Undefined where nobody says anything: a process that was started by itself. */
export function launchOf(environment: Readonly<Record<string, string | undefined>>): Launch | undefined {
  for (const { launcher, family, rank, size } of LAUNCHERS) {
    const [saidRank, saidSize] = [environment[rank], environment[size]];
    if (saidRank === undefined || saidSize === undefined) continue;
    return { launcher, family, rank: Number(saidRank), size: Number(saidSize) };
  }
  return undefined;
}

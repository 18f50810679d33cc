import { expect, test } from 'vitest';
import { launchOf } from './launch.js';

test('a process that was started by itself, in a batch script too', () => {
  expect(launchOf({ PATH: '/usr/bin' })).toBeUndefined();
  expect(launchOf({ SLURM_PROCID: '0', SLURM_NTASKS: '4' })).toBeUndefined();
});

test.each([
  ['OMPI_COMM_WORLD_RANK', 'OMPI_COMM_WORLD_SIZE', { launcher: 'mpirun of Open MPI', family: 'Open MPI' }],
  ['PMI_RANK', 'PMI_SIZE', { launcher: 'mpirun of MPICH (or srun --mpi=pmi2)', family: 'MPICH' }],
  ['SLURM_PROCID', 'SLURM_STEP_NUM_TASKS', { launcher: 'srun', family: undefined }],
])('%s and %s', (rank, size, launch) => {
  expect(launchOf({ [rank]: '3', [size]: '4' })).toEqual({ ...launch, rank: 3, size: 4 });
});

test('srun starts the daemons of an mpirun, which starts the ranks', () => {
  const srun = { SLURM_PROCID: '1', SLURM_STEP_NUM_TASKS: '2' };
  const mpirun = { OMPI_COMM_WORLD_RANK: '5', OMPI_COMM_WORLD_SIZE: '8' };
  expect(launchOf({ ...srun, ...mpirun })).toMatchObject({ family: 'Open MPI', rank: 5, size: 8 });
});

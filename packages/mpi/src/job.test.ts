import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, type Ended, launcherOf, type Program } from './job.fixture.js';

const PACKAGES = { 'Open MPI': 'openmpi-bin libopenmpi3', MPICH: 'mpich libmpich12' };

let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program.remove());

const found = (['Open MPI', 'MPICH'] as const).map((name) => {
  const launcher = launcherOf(name);
  const without = ` (skipped: there is no mpirun of it; on Debian: apt-get install ${PACKAGES[name]})`;
  return { name, launcher, without: launcher === undefined ? without : '' };
});

function parametersOf({ code, output, reports }: Ended): number[][] {
  expect(code, output).toBe(0);
  return reports.map((report) => report?.parameters as number[]);
}

describe.each(found)('$name$without', ({ name, launcher = null }) => {
  describe.skipIf(launcher === null)('ranks', () => {
    test('of parts of a batch learn what one process learns of the whole, to 1e-5 after 50 steps', async () => {
      const [alone = []] = parametersOf(await program.run(null, 1, ['train', '50']));
      for (const ranks of [2, 3]) {
        for (const together of parametersOf(await program.run(launcher, ranks, ['train', '50']))) {
          const furthest = Math.max(...together.map((value, i) => Math.abs(value - (alone[i] ?? 0))));
          expect(furthest).toBeLessThan(1e-5);
          expect(furthest).toBeGreaterThan(0); // sums over ranks round otherwise
        }
      }
    });

    test('of parts of a batch learn bit for bit what their gradients come to, combined number by number', async () => {
      const [restated] = parametersOf(await program.run(null, 1, ['restate', '2', '50']));
      expect(parametersOf(await program.run(launcher, 2, ['train', '50']))).toEqual([restated, restated]);
    });

    test('hold the same bits after 500 steps', async () => {
      const [first, second] = parametersOf(await program.run(launcher, 2, ['train', '500']));
      expect(second).toEqual(first);
    });

    test('add up, gather and share', async () => {
      const { code, output, reports } = await program.run(launcher, 3, ['collect']);
      expect(code, output).toBe(0);
      expect(reports.map((report) => ({ ...report, message: '' }))).toEqual(
        [0, 1, 2].map((rank) => ({
          equal: [4 / 3, 8 / 3].map(Math.fround),
          weighted: [5 / 3, 50 / 3].map(Math.fround), // (1 · 1 + 2 · 2) / 3
          isNaN: [true, false],
          sums: [4.5, 1.5, 0.5, 2.5],
          shard: [
            ['a', 'd'],
            ['b', 'e'],
            ['c', 'f'],
          ][rank],
          rows: [1, 2, 2][rank],
          isWhole: true,
          ids: [0, 1, 2],
          message: '',
        })),
      );
      expect(reports[2]?.message).toMatch(
        new RegExp(
          `^${name} v?\\d+\\.\\d.* \\(libmpi.*\\), 3 ranks: 0 is process \\d+ on .+, 1 is .+, 2 is process \\d+ on \\S+$`,
        ),
      );
    });

    test.each([
      ['an error', 'throw', 1],
      ['a promise that is rejected', 'reject', 1],
      ['an exit code', 'exit', 4],
    ])('end with the one that ends by %s, which is named', async (_what, how, expected) => {
      const { code, output, reports } = await program.run(launcher, 2, ['fail', how]);
      expect(code, output).toBe(expected);
      expect(output).toMatch(
        new RegExp(
          `^Rank 1 of 2 \\(process \\d+ on \\S+\\) ends with exit code ${expected}, and all others with it\\.$`,
          'm',
        ),
      );
      expect(output.includes('Error: rank 1 has a reason\n    at ')).toBe(how !== 'exit');
      expect(reports).toEqual([undefined, undefined]);
    });

    test('end with the one that is killed; the launcher says which', async () => {
      const { code, output, reports } = await program.run(launcher, 2, ['fail', 'kill']);
      expect(code).not.toBe(0);
      const [, killed] = /, 1 is process (\d+) on /.exec(output) ?? [];
      expect(killed).toBeDefined();
      expect(output).toMatch(name === 'Open MPI' ? /process rank 1 .* exited on signal 9/ : `PID ${killed} RUNNING AT`);
      expect(reports).toEqual([undefined, undefined]);
    });

    test('end well where one says process.exit(0)', async () => {
      const { code, output, reports } = await program.run(launcher, 2, ['fail', 'quit']);
      expect(code, output).toBe(0);
      expect(reports).toEqual([{}, undefined]);
    });

    test('with other parameters than rank 0 are refused on all ranks', async () => {
      const { code, output } = await program.run(launcher, 2, ['fail', 'layout']);
      expect(code).toBe(1);
      const [complaint] = /ValueError: .*/.exec(output) ?? [];
      expect(complaint).toMatchInlineSnapshot(
        `"ValueError: allReduceGradients: parameter 0 is weight float32 [2] on rank 0 and weight float32 [3] on rank 1; ranks train copies of one model. Build it from the same options on all of them."`,
      );
    });
  });
});

describe('what does not find the others', () => {
  const [openMpi, mpich] = found;

  test.skipIf(openMpi?.launcher === undefined || mpich?.launcher === undefined)(
    'is refused where the library is not of the launcher',
    async () => {
      const refusals = [];
      for (const { launcher = null } of found) {
        const library = launcher?.name === 'Open MPI' ? 'libmpich.so.12' : 'libmpi.so.40';
        const { code, output } = await program.run(launcher, 2, ['library', library]);
        expect(code).toBe(1);
        refusals.push(/UnrollError: (.*)/.exec(output)?.[1]);
      }
      expect(refusals).toMatchInlineSnapshot(`
        [
          "initialize: libmpich.so.12 is of MPICH; mpirun of Open MPI has started 2 processes, and without its library each would train alone. Install it (on Debian: apt-get install openmpi-bin libopenmpi3), or start with MPICH's mpirun.",
          "initialize: libmpi.so.40 is of Open MPI; mpirun of MPICH (or srun --mpi=pmi2) has started 2 processes, and without its library each would train alone. Install it (on Debian: apt-get install mpich libmpich12), or start with Open MPI's mpirun.",
        ]
      `);
    },
  );

  test.skipIf(openMpi?.launcher === undefined)('is refused where the library does not know the launcher', async () => {
    const slurm = { SLURM_PROCID: '1', SLURM_STEP_NUM_TASKS: '2' };
    const { code, output } = await program.run(null, 1, ['collect'], slurm);
    expect(code).toBe(1);
    expect(/UnrollError: (.*)/.exec(output)?.[1]?.replace(/Open MPI v[\d.]+ /, 'Open MPI ')).toMatchInlineSnapshot(
      `"initialize: process 1 of 2 sees itself as rank 0 of 1; srun has started 2, and Open MPI (libmpi.so.40) does not find the others. Start with the mpirun of that library, with srun --mpi=pmix (Open MPI) or --mpi=pmi2 (MPICH), or name another file with { library }."`,
    );
  });

  test('is refused where there is no library', async () => {
    const { code, output } = await program.run(null, 1, ['library', 'libnone.so'], { PMI_RANK: '1', PMI_SIZE: '2' });
    expect(code).toBe(1);
    expect(/UnrollError: (.*)/.exec(output)?.[1]).toMatchInlineSnapshot(
      `"initialize: no MPI library can be loaded (tried libnone.so); mpirun of MPICH (or srun --mpi=pmi2) has started 2 processes, and without its library each would train alone. Install it (on Debian: apt-get install mpich libmpich12), or start with Open MPI's mpirun."`,
    );
  });
});

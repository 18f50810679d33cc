/** Keeps the generated parts of `docs/performance.md`, each between two comments, in step with `results.json`. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Race, Results } from './results.js';
import { threeDigits } from './statistics.js';
import { gemmTable, kernelTable, memoryTable, raceTable, table } from './tables.js';
import { findWorkload, workloads } from './workloads.js';

const page = new URL('../../../docs/performance.md', import.meta.url);
const chart = fileURLToPath(new URL('../peers/chart.mjs', import.meta.url));

const CHART = "![Every contender's time in every workload](performance.svg)";

function inOrder(races: readonly Race[]): Race[] {
  const order = workloads.map(({ id }) => id);
  return [...races].sort((a, b) => order.indexOf(a.workload) - order.indexOf(b.workload));
}

function timedOf(races: readonly Race[]): Race[] {
  return races.filter(({ workload }) => ['training', 'sampling'].includes(findWorkload(workload).kind));
}

/** A row for each contender, a column for each workload. */
function medians(races: readonly Race[]): string {
  const contenders = [...new Set(races.flatMap(({ rows }) => rows.map(({ contender }) => contender)))];
  const rows = contenders.map((contender) => [
    contender,
    ...races.map((race) => {
      const row = race.rows.find((candidate) => candidate.contender === contender);
      return row === undefined ? '' : threeDigits(row.medianMs);
    }),
  ]);
  return table(['ms, median', ...races.map(({ workload }) => workload)], rows);
}

/** What stands between `<!-- measured: name -->` and `<!-- end -->`, by name. */
function parts({ machine, races, threaded, memory }: Results): Record<string, string> {
  const sorted = inOrder(races);
  const timed = timedOf(sorted);
  const versions = new Set(
    sorted.flatMap(({ rows }) => rows.map((row) => `${row.contender.split(',')[0]} ${row.version}`)),
  );
  const dates = [...new Set(sorted.map(({ date }) => date))].sort();
  const { cpu, cores, memoryGb, system, node } = machine;
  return {
    machine:
      `Machine: ${cpu}, ${cores} cores, ${memoryGb} GB, ${system}; all contenders on one core, one thread. ` +
      `Node ${node}. Versions: ${[...versions].join(', ')}. Measured ${dates.join(' and ')}.`,
    summary: `${medians(timed)}\n\n${CHART}`,
    threads: medians(timedOf(inOrder(threaded))),
    races: timed.map(raceTable).join('\n\n'),
    cells: sorted
      .filter(({ workload }) => findWorkload(workload).kind === 'cells')
      .map(raceTable)
      .join('\n\n'),
    gemm: gemmTable(sorted),
    kernels: kernelTable(sorted),
    memory: memoryTable(memory),
  };
}

/** Replaces every generated part of `text`. Errors: for one that nobody makes. */
export function withFigures(text: string, figures: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /(<!-- measured: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end) => {
      const figure = figures[name];
      if (figure === undefined) throw new Error(`docs/performance.md asks for "${name}", which is not measured.`);
      return `${begin}\n${figure}\n\n${end}`;
    },
  );
}

export function writePerformancePage(results: Results): void {
  writeFileSync(page, withFigures(readFileSync(page, 'utf8'), parts(results)));
  const { status } = spawnSync(process.execPath, [chart], { stdio: 'inherit' });
  if (status !== 0) throw new Error('The chart could not be drawn.');
}

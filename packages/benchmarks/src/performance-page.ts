/** Keeps the generated parts of `docs/performance.md`, each between two comments, in step with `results.json`. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Results } from './results.js';
import { threeDigits } from './statistics.js';
import { gemmTable, kernelTable, memoryTable, raceTable, table } from './tables.js';
import { findWorkload, workloads } from './workloads.js';

const page = new URL('../../../docs/performance.md', import.meta.url);
const chart = fileURLToPath(new URL('../peers/chart.mjs', import.meta.url));

const CHART = "![Every contender's time in every workload](performance.svg)";

/** What stands between `<!-- measured: name -->` and `<!-- end -->`, by name. */
function parts({ machine, races, memory }: Results): Record<string, string> {
  const order = workloads.map(({ id }) => id);
  const sorted = [...races].sort((a, b) => order.indexOf(a.workload) - order.indexOf(b.workload));
  const timed = sorted.filter(({ workload }) => ['training', 'sampling'].includes(findWorkload(workload).kind));
  const versions = new Set(
    sorted.flatMap(({ rows }) => rows.map((row) => `${row.contender.split(',')[0]} ${row.version}`)),
  );
  const dates = [...new Set(sorted.map(({ date }) => date))].sort();
  const contenders = [...new Set(timed.flatMap(({ rows }) => rows.map(({ contender }) => contender)))];
  const summary = contenders.map((contender) => [
    contender,
    ...timed.map(({ rows }) => {
      const row = rows.find((candidate) => candidate.contender === contender);
      return row === undefined ? '' : threeDigits(row.medianMs);
    }),
  ]);
  const { cpu, cores, memoryGb, system, node } = machine;
  return {
    machine:
      `Machine: ${cpu}, ${cores} cores, ${memoryGb} GB, ${system}; all contenders on one core, one thread. ` +
      `Node ${node}. Versions: ${[...versions].join(', ')}. Measured ${dates.join(' and ')}.`,
    summary: `${table(['ms, median', ...timed.map(({ workload }) => workload)], summary)}\n\n${CHART}`,
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

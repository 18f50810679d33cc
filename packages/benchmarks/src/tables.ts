/** Figures as Markdown tables, which are also what the terminal shows. */
import { OURS, ourCell } from './contenders.js';
import type { MemoryReading, Race, Row } from './results.js';
import { threeDigits } from './statistics.js';
import { findWorkload, OPERATIONS, TRANSPOSES, tokensOf } from './workloads.js';

/** Columns padded to their widest cell, so that a terminal shows them as well as a page. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function describe(id: string): string {
  const workload = findWorkload(id);
  if (workload.kind === 'sampling') return 'S: one character at a time, the model of W3';
  if (workload.kind !== 'training' && workload.kind !== 'cells') return id;
  const { cell, V, H, B, T, L } = workload.sizes;
  const name =
    workload.kind === 'cells'
      ? 'every cell'
      : { rnn: 'tanh RNN', lstm: 'LSTM', gru: 'GRU', peephole: 'peephole LSTM' }[cell];
  return `${id}: ${name}, V ${V}, H ${H}, batch ${B}, T ${T}${L === 1 ? '' : `, ${L} layers`}`;
}

/** One table a workload of training or sampling: everybody's time beside ours, or every cell's beside the LSTM's. */
export function raceTable({ workload, rows, failures }: Race): string {
  const amongCells = findWorkload(workload).kind === 'cells';
  const first = amongCells ? ourCell('LSTMCell') : OURS;
  const ours = rows.find(({ contender }) => contender === first)?.medianMs;
  const tokens = tokensOf(findWorkload(workload));
  const cells = (row: Row): string[] => [
    row.contender,
    threeDigits(row.medianMs),
    threeDigits(row.minMs),
    ours === undefined ? '' : `${threeDigits(row.medianMs / ours)} ×`,
    String(Math.round((tokens * 1000) / row.medianMs)),
    String(row.samples),
    String(row.peakMb),
    row.firstMs > 10 * row.medianMs ? `${threeDigits(row.firstMs / 1000)} s` : '',
    row.losses.map((loss) => loss.toFixed(2)).join(' → '),
  ];
  const head = [
    '',
    'ms, median',
    'least',
    amongCells ? 'beside the LSTM' : 'beside ours',
    'characters/s',
    'samples',
    'peak MB',
    'first step',
    'loss',
  ];
  const notes = failures.map((failure) => `\nDid not finish: ${failure}`);
  return [`### ${describe(workload)}\n`, table(head, rows.map(cells)), ...notes].join('\n');
}

const sizeOf = (id: string): string => id.split(' ')[1] ?? '';

/** GFLOP/s of matrix products, a row for each size and contender, a column for each pair of layouts. */
export function gemmTable(races: readonly Race[]): string {
  const own = races.filter(({ workload }) => findWorkload(workload).kind === 'gemm');
  const rows = [...new Set(own.map(({ workload }) => sizeOf(workload)))].flatMap((size) => {
    const ofSize = own.filter(({ workload }) => sizeOf(workload) === size);
    const contenders = [...new Set(ofSize.flatMap((race) => race.rows.map(({ contender }) => contender)))];
    return contenders.map((contender) => [
      size,
      contender,
      ...TRANSPOSES.map((stored) => {
        const race = ofSize.find(({ workload }) => workload.endsWith(` ${stored}`));
        const row = race?.rows.find((candidate) => candidate.contender === contender);
        return row === undefined || race === undefined ? '' : gflops(race.workload, row.medianMs);
      }),
    ]);
  });
  return table(['m×k×n', '', 'A·B', 'A·Bᵀ', 'Aᵀ·B', 'Aᵀ·Bᵀ'], rows);
}

function gflops(id: string, ms: number): string {
  const workload = findWorkload(id);
  return workload.kind === 'gemm' ? threeDigits((2 * workload.m * workload.k * workload.n) / ms / 1e6) : '';
}

/** Nanoseconds a number of our other kernels, a column for each size. */
export function kernelTable(races: readonly Race[]): string {
  const timed = races.flatMap(({ workload, rows }) => {
    const found = findWorkload(workload);
    const ours = rows.find(({ contender }) => contender === OURS);
    if (found.kind !== 'elementwise' || ours === undefined) return [];
    return [{ ...found, ns: (ours.medianMs * 1e6) / found.size }];
  });
  const sizes = [...new Set(timed.map(({ size }) => size))];
  const rows = OPERATIONS.map((operation) => [
    operation,
    ...sizes.map((size) => {
      const found = timed.find((entry) => entry.operation === operation && entry.size === size);
      return found === undefined ? '' : threeDigits(found.ns);
    }),
  ]);
  return table(['ns a number', ...sizes.map((size) => size.toLocaleString('en'))], rows);
}

export function memoryTable(readings: readonly MemoryReading[]): string {
  const rows = readings.map((reading) => [
    reading.steps.toLocaleString('en'),
    reading.kernelBytes.toLocaleString('en'),
    (reading.heapMb + reading.arrayBuffersMb).toFixed(2),
    reading.residentMb.toFixed(0),
    reading.peakMb.toFixed(0),
  ]);
  return table(['steps', 'kernel bytes in use', 'heap and array buffers, MB', 'resident, MB', 'peak, MB'], rows);
}

/** What is measured: read from `workloads.json`, which the programs of all contenders share. */
import { readFileSync } from 'node:fs';

/** One training step: forward over T steps, cross-entropy at each, backward, clip, RMSprop, reading the loss. */
export interface TrainingSizes {
  readonly cell: 'rnn' | 'lstm' | 'gru' | 'peephole';
  /** Vocabulary. */
  readonly V: number;
  /** Hidden size. */
  readonly H: number;
  /** Batch. */
  readonly B: number;
  /** Steps in time. */
  readonly T: number;
  /** Layers. */
  readonly L: number;
  /** Largest norm of all gradients together; 0 leaves them as they are. */
  readonly clip: number;
}

interface File {
  readonly training: Readonly<Record<string, TrainingSizes>>;
  readonly cells: { readonly like: string; readonly names: readonly string[] };
  readonly rmsprop: { readonly lr: number; readonly alpha: number };
  readonly sampling: Readonly<Record<string, { readonly like: string; readonly repeats: number }>>;
  readonly gemm: readonly (readonly [m: number, k: number, n: number])[];
  readonly elementwise: readonly number[];
  readonly memory: { readonly like: string; readonly first: number; readonly steps: number };
}

const file = JSON.parse(readFileSync(new URL('../workloads.json', import.meta.url), 'utf8')) as File;
export const rmsprop: File['rmsprop'] = file.rmsprop;
export const memory: File['memory'] = file.memory;
/** The library's cells, by the names of their classes, in the order of the report. */
export const cellNames: readonly string[] = file.cells.names;

export const TRANSPOSES = ['nn', 'nt', 'tn', 'tt'] as const;
export const OPERATIONS = [
  'memory copy',
  'copy',
  'add',
  'mul',
  'tanh',
  'sigmoid',
  'exp',
  'softmax',
  'sum rows',
  'sum columns',
  'gather',
  'scatter-add',
  'sgd',
  'rmsprop',
  'adam',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** One thing to be timed. A sample of it is `repeats` runs, divided by as many. */
export type Workload = { readonly id: string; readonly repeats: number } & (
  | { readonly kind: 'training' | 'sampling'; readonly sizes: TrainingSizes }
  /** Each cell of the library in the place of the one that the sizes name. */
  | { readonly kind: 'cells'; readonly sizes: TrainingSizes }
  /** C = A·B with A `m × k` and B `k × n`; a `t` says that the operand is stored transposed. */
  | { readonly kind: 'gemm'; readonly m: number; readonly k: number; readonly n: number; readonly stored: string }
  | { readonly kind: 'elementwise'; readonly operation: Operation; readonly size: number }
);

const FLOP_OF_A_SAMPLE = 2e8;
const NUMBERS_OF_A_SAMPLE = 4e6;

function gemm(m: number, k: number, n: number): Workload[] {
  const repeats = Math.max(1, Math.floor(FLOP_OF_A_SAMPLE / (2 * m * k * n)));
  return TRANSPOSES.map((stored) => ({ id: `G ${m}x${k}x${n} ${stored}`, kind: 'gemm', m, k, n, stored, repeats }));
}

function elementwise(size: number): Workload[] {
  const repeats = Math.max(1, Math.floor(NUMBERS_OF_A_SAMPLE / size));
  return OPERATIONS.map((operation) => ({
    id: `E ${operation} ${size}`,
    kind: 'elementwise',
    operation,
    size,
    repeats,
  }));
}

export function trainingSizes(id: string): TrainingSizes {
  const sizes = file.training[id];
  if (sizes === undefined) throw new Error(`There is no training workload ${id}.`);
  return sizes;
}

/** All of them, in the order of the report. */
export const workloads: readonly Workload[] = [
  ...Object.entries(file.training).map(([id, sizes]): Workload => ({ id, kind: 'training', sizes, repeats: 1 })),
  ...Object.entries(file.sampling).map(
    ([id, { like, repeats }]): Workload => ({ id, kind: 'sampling', sizes: trainingSizes(like), repeats }),
  ),
  { id: 'C', kind: 'cells', sizes: trainingSizes(file.cells.like), repeats: 1 },
  ...file.gemm.flatMap((sizes) => gemm(...sizes)),
  ...file.elementwise.flatMap(elementwise),
];

export function findWorkload(id: string): Workload {
  const found = workloads.find((workload) => workload.id === id);
  if (found === undefined) throw new Error(`There is no workload ${id}.`);
  return found;
}

/** Characters that one run processes; 0 where it processes none. */
export function tokensOf(workload: Workload): number {
  if (workload.kind === 'training' || workload.kind === 'cells') return workload.sizes.B * workload.sizes.T;
  return workload.kind === 'sampling' ? 1 : 0;
}

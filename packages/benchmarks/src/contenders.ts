/** Who takes part, in which workloads, and how each is started. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cellNames, type Workload } from './workloads.js';

/** The peers that `--peers` names. */
export const PEERS = ['pytorch', 'tfjs', 'jax-js'] as const;

export interface Contender {
  readonly name: string;
  /** `'unroll'`, or one of {@link PEERS}. */
  readonly peer: string;
  readonly command: readonly string[];
  /** One unless given. */
  readonly threads?: number;
  readonly environment?: { readonly [variable: string]: string };
  enters(workload: Workload): boolean;
}

/** The one that the others are compared with: Unroll, and in W6 its dense form. */
export const OURS = 'Unroll';
/** One of the library's cells, where they race each other. */
export const ourCell = (name: string): string => `${OURS}, ${name}`;

const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const node = (path: string, ...options: string[]): string[] => [process.execPath, program(path), ...options];

/** A predicate for training workloads by name, and for other kinds of work. */
function enters(training: readonly string[], ...kinds: readonly Workload['kind'][]) {
  return (workload: Workload): boolean =>
    workload.kind === 'training' ? training.includes(workload.id) : kinds.includes(workload.kind);
}

const BUILT_IN = ['W1', 'W2', 'W3', 'W4', 'W5'];

/** Those that take more than what one thread of WebAssembly gives. */
function withMore(threads: number, python: string | null): Contender[] {
  const crowds = Array.from({ length: threads - 1 }, (_, i) => i + 2);
  const ours = (name: string, count: number, ...args: string[]): Contender => ({
    name: `${OURS}, ${name}`,
    peer: 'unroll',
    command: node('./unroll/contender.js', ...args),
    threads: count,
    enters: enters([...BUILT_IN, 'W6'], 'gemm'),
  });
  const projected = (name: string, count: number, ...args: string[]): Contender => ({
    ...ours(`with project, ${name}`, count, 'projected', ...args),
    enters: enters(['W6']),
  });
  const theirs = (kind: string, name: string, count: number, policy?: string): Contender[] =>
    python === null
      ? []
      : [
          {
            name: `PyTorch, ${name}, ${count} threads${policy === undefined ? '' : `, ${policy}`}`,
            peer: 'pytorch',
            command: [python, program('../peers/pytorch.py'), kind],
            threads: count,
            ...(policy === undefined ? {} : { environment: { OMP_WAIT_POLICY: policy } }),
            enters: kind === 'layer' ? enters(BUILT_IN, 'gemm') : enters(['W6']),
          },
        ];
  return [
    ours('BLAS', 1, '--blas', '1'),
    ...crowds.flatMap((count) => [
      ours(`${count} threads`, count, '--threads', String(count)),
      ours(`BLAS, ${count} threads`, count, '--blas', String(count)),
      ours(`BLAS and kernels, ${count} threads`, count, '--threads', String(count), '--blas', '1'),
      projected(`BLAS and kernels, ${count} threads`, count, '--threads', String(count), '--blas', '1'),
      ...theirs('layer', 'own layer', count),
      ...theirs('layer', 'own layer', count, 'passive'),
      ...theirs('loop', 'loop of ops', count),
      ...theirs('loop', 'loop of ops', count, 'passive'),
      ...theirs('projected', 'loop with the input at once', count, 'passive'),
    ]),
  ];
}

function inNode(): Contender[] {
  const [ours, tfjs, jax] = ['./unroll/contender.js', '../peers/tfjs.mjs', '../peers/jax-js.mjs'] as const;
  return [
    {
      name: OURS,
      peer: 'unroll',
      command: node(ours),
      enters: enters([...BUILT_IN, 'W6'], 'sampling', 'gemm', 'elementwise'),
    },
    { name: 'Unroll, with project', peer: 'unroll', command: node(ours, 'projected'), enters: enters(['W6']) },
    {
      name: 'jax-js, jit',
      peer: 'jax-js',
      command: node(jax),
      enters: enters([...BUILT_IN, 'W6'], 'sampling', 'gemm'),
    },
    ...cellNames.map((name) => ({
      name: ourCell(name),
      peer: 'unroll',
      command: node(ours, name),
      enters: enters([], 'cells'),
    })),
    // The tuned loop aborts in its first step of W4: the wasm heap is full.
    {
      name: 'tfjs, tuned loop',
      peer: 'tfjs',
      command: node(tfjs, 'tuned'),
      enters: enters(['W1', 'W2', 'W3', 'W5', 'W6']),
    },
    {
      name: 'tfjs, loop of ops',
      peer: 'tfjs',
      command: node(tfjs, 'loop'),
      enters: enters(['W1', 'W2', 'W6'], 'sampling', 'gemm'),
    },
    { name: 'tfjs, tf.layers', peer: 'tfjs', command: node(tfjs, 'layers'), enters: enters(BUILT_IN, 'sampling') },
  ];
}

function inPython(python: string): Contender[] {
  const command = (kind: string): string[] => [python, program('../peers/pytorch.py'), kind];
  return [
    {
      name: 'PyTorch, own layer',
      peer: 'pytorch',
      command: command('layer'),
      enters: enters(BUILT_IN, 'sampling', 'gemm'),
    },
    { name: 'PyTorch, loop of ops', peer: 'pytorch', command: command('loop'), enters: enters([...BUILT_IN, 'W6']) },
    {
      name: 'PyTorch, loop with the input at once',
      peer: 'pytorch',
      command: command('projected'),
      enters: enters(['W6']),
    },
  ];
}

const PYTHONS = ['python3', '/usr/bin/python3'];
const INSTALL = 'On Debian: apt-get install --no-install-recommends python3-torch libopenblas0-pthread';

/** A Python with a PyTorch worth racing, or null after saying why there is none. */
function findPython(say: (line: string) => void): string | null {
  const python = PYTHONS.find((name) => spawnSync(name, ['-c', 'import torch']).status === 0);
  if (python === undefined) {
    say(`PyTorch is skipped: neither ${PYTHONS.join(' nor ')} can import torch. ${INSTALL}`);
    return null;
  }
  // With the reference BLAS its products are more than ten times slower: beating that would mean nothing.
  const slow = spawnSync(python, [program('../peers/pytorch.py'), 'check'], { encoding: 'utf8' }).stdout.trim();
  if (slow === '') return python;
  say(`PyTorch is skipped: its matrix products come from ${slow}, which is not made for speed. ${INSTALL}`);
  return null;
}

/** Everybody whose peer is asked for and who has at most so many threads; `say` hears who is missing. */
export function findContenders(peers: readonly string[], threads: number, say: (line: string) => void): Contender[] {
  const [ours, ...rest] = inNode().filter(({ peer }) => peer === 'unroll' || peers.includes(peer));
  const python = peers.includes('pytorch') ? findPython(say) : null;
  const more = threads > 1 ? withMore(threads, python) : [];
  return ours === undefined ? rest : [ours, ...(python === null ? [] : inPython(python)), ...more, ...rest];
}

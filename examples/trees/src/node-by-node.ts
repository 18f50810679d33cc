/** What levels in batches are for: the same states without them, one node after the other. */
import { concat, oneHot, sum, Tape, type Tensor, tensor } from '@unroll/core';
import { type ChildSumTreeLSTMCell, type LSTMState, type Tree, unrollTree } from '@unroll/nn';

/** The state of each root, in the order of the trees. Shapes: h and c `[N, H]`. */
export function nodeByNode(cell: ChildSumTreeLSTMCell, trees: readonly Tree[]): LSTMState {
  return below(trees.map((tree) => stateOf(cell, tree)));
}

function stateOf(cell: ChildSumTreeLSTMCell, { token = 0, children }: Tree): LSTMState {
  const input = cell.project(oneHot(int32([token]), cell.inputSize, { dtype: cell.dtype }));
  if (children.length === 0) return cell.leaf(input);
  return cell.inner(input, {
    nodes: 1,
    states: below(children.map((child) => stateOf(cell, child))),
    parents: int32(children.map(() => 0)),
    places: int32(children.map((_, place) => place)),
    most: children.length,
  });
}

function int32(numbers: readonly number[]): Tensor {
  return tensor(numbers, { dtype: 'int32' });
}

/** Rows below each other. */
function below(states: readonly LSTMState[]): LSTMState {
  return { h: concat(states.map(({ h }) => h)), c: concat(states.map(({ c }) => c)) };
}

/** From trees to what their roots say. */
const ways = {
  /** All leaves of all trees at once, then all inner nodes of one depth. */
  'by levels': (cell: ChildSumTreeLSTMCell, trees: readonly Tree[]): Tensor => unrollTree(cell, trees).roots.h,
  /** Each tree by levels of its own. */
  'tree by tree': (cell: ChildSumTreeLSTMCell, trees: readonly Tree[]): Tensor =>
    concat(trees.map((tree) => unrollTree(cell, [tree]).roots.h)),
  'node by node': (cell: ChildSumTreeLSTMCell, trees: readonly Tree[]): Tensor => nodeByNode(cell, trees).h,
} as const;

/** The name of a way. */
export type Way = keyof typeof ways;
export const WAYS: readonly Way[] = Object.keys(ways) as Way[];

/** What a pass forwards and back takes of a processor's time. */
export interface Time {
  /** The median of all passes. */
  readonly milliseconds: number;
  /** How many times as long as by levels: the median of ratios of passes made right after each other. */
  readonly ratio: number;
}

/** The times of all ways over the same trees, taken in turns. */
export function measure(
  cell: ChildSumTreeLSTMCell,
  trees: readonly Tree[],
  rounds: number,
): Readonly<Record<Way, Time>> {
  const tape = new Tape();
  const pass = (way: Way): number => {
    const begin = process.cpuUsage(); // not the clock, which runs on while other programs compute
    tape.backward(tape.record(() => sum(ways[way](cell, trees))));
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / 1_000;
  };
  const passes = Array.from({ length: rounds }, () => WAYS.map(pass));
  const times = WAYS.map((way, column) => {
    const milliseconds = median(passes.map((round) => round[column] ?? Number.NaN));
    const ratio = median(passes.map((round) => (round[column] ?? Number.NaN) / (round[0] ?? Number.NaN)));
    return [way, { milliseconds, ratio }];
  });
  return Object.fromEntries(times) as Record<Way, Time>;
}

/** Of an even count the upper one of the two in the middle. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

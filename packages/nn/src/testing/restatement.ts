/** A cell's step said again in plain loops over plain numbers, to be compared with. */
import { pick, Tensor, type TensorTree } from '@unroll/core';
import { Module } from '../module.js';
import type { CellCase } from './case.js';
import { demand } from './compare.js';
import { type CreateCell, randomCell, randomInputs, randomState } from './setting.js';

/** A state for one sequence, each tensor as a flat list of numbers. */
export type PlainState<State> = [TensorTree] extends [State]
  ? unknown // Any state at all: without this line the type would have no end.
  : State extends Tensor
    ? readonly number[]
    : { readonly [Key in keyof State]: PlainState<State[Key]> };

/** A cell's parameters as plain numbers. */
export interface PlainParameters {
  /** Of rank 2, row by row. */
  readonly matrix: (name: string) => readonly (readonly number[])[];
  /** Of any rank, flat. */
  readonly vector: (name: string) => readonly number[];
}

/** What a restated step returns. */
export interface PlainStep<State> {
  readonly output: readonly number[];
  readonly state: PlainState<State>;
}

/** One step for one sequence: x is a list of D numbers. */
export type Restatement<State> = (
  parameters: PlainParameters,
  x: readonly number[],
  state: PlainState<State>,
) => PlainStep<State>;

function plainParameters(named: ReadonlyMap<string, Tensor>): PlainParameters {
  const find = (name: string): Tensor => {
    const t = named.get(name);
    if (t === undefined)
      throw new Error(`The restatement asks for '${name}'; there are ${[...named.keys()].join(', ')}.`);
    return t;
  };
  const vector = (name: string): number[] => Array.from(find(name).data);
  return {
    vector,
    matrix: (name) => {
      const [rows, cols] = find(name).shape as readonly [number, number];
      const flat = vector(name);
      return Array.from({ length: rows }, (_, i) => flat.slice(i * cols, (i + 1) * cols));
    },
  };
}

/** One sequence's part of a batch: entry `n` along axis 0 of each tensor, flat. */
function rowOf<State extends TensorTree>(tree: State, n: number): PlainState<State> {
  const visit = (part: TensorTree): unknown => {
    if (part instanceof Tensor) {
      const width = part.size / (part.shape[0] as number);
      return Array.from(part.data.slice(n * width, (n + 1) * width));
    }
    if (Array.isArray(part)) return part.map(visit);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, visit(inner)]));
  };
  return visit(tree) as PlainState<State>;
}

/** The numbers of a restated result, by their path. */
function numbersOf(plain: unknown, path = ''): Map<string, number> {
  if (typeof plain === 'number') return new Map([[path, plain]]);
  if (typeof plain !== 'object' || plain === null) return new Map();
  const parts = Object.entries(plain).map(([key, inner]) => [...numbersOf(inner, `${path}.${key}`)]);
  return new Map(parts.flat());
}

const TOLERANCE = 1e-12;

/** Three steps of two sequences, each compared with the restated step of each sequence. */
export function restatementCase<State extends TensorTree>(
  create: CreateCell<State>,
  restatement: Restatement<State>,
): CellCase {
  const run = (): void => {
    const cell = randomCell(create, 1);
    const parameters = plainParameters(new Map(cell instanceof Module ? cell.namedParameters() : []));
    const inputs = randomInputs(cell, 2, 3, 2);
    let state = randomState(cell, 2, 3);
    for (let t = 0; t < 3; t++) {
      const x = pick(inputs, 1, t);
      const next = cell.step(x, state);
      for (let n = 0; n < 2; n++) {
        const restated = numbersOf(restatement(parameters, rowOf(x, n), rowOf(state, n)));
        const computed = numbersOf({ output: rowOf(next.output, n), state: rowOf(next.state, n) });
        demand('the restatement', computed.size === restated.size, `${restated.size} numbers, not ${computed.size}`);
        for (const [path, value] of computed) {
          const wanted = restated.get(path) ?? Number.NaN;
          const equal = Math.abs(value - wanted) <= TOLERANCE * (1 + Math.abs(wanted));
          demand('the restatement', equal, `step ${t}, sequence ${n}: ${path} is ${value} instead of ${wanted}`);
        }
      }
      state = next.state;
    }
  };
  return { name: 'a step equals its restatement in plain loops', run };
}

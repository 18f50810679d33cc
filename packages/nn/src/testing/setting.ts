/** Cells and inputs for the checks: everything random, nothing zero. */
import { cast, mapTensors, Rng, randn, type Tensor, type TensorTree, tensor } from '@unroll/core';
import { Module } from '../module.js';
import type { Cell } from '../recurrent/cell.js';

/** Makes a cell. */
export type CreateCell<State extends TensorTree> = (options: {
  readonly rng: Rng;
  readonly dtype: 'float32' | 'float64';
}) => Cell<State>;

/** Normal draws of which none is near 0, so that no term of a formula disappears. */
export function awayFromZero(shape: readonly number[], rng: Rng, dtype: 'float32' | 'float64' = 'float64'): Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  const draws = Float64Array.from({ length: size }, () => {
    const draw = 0.5 * rng.normal();
    return draw + (draw < 0 ? -0.1 : 0.1);
  });
  return tensor(draws, { shape, dtype });
}

/** A cell in evaluation, all of whose parameters are random. */
export function randomCell<State extends TensorTree>(
  create: CreateCell<State>,
  seed: number,
  dtype: 'float32' | 'float64' = 'float64',
): Cell<State> {
  const rng = new Rng(seed);
  const cell = create({ rng, dtype });
  if (!(cell instanceof Module)) return cell;
  cell.eval();
  for (const parameter of cell.parameters()) parameter.assign(awayFromZero(parameter.shape, rng, dtype));
  return cell;
}

/** Sequences `[N, T, D]` for a cell. */
export function randomInputs(cell: Cell<TensorTree>, batch: number, steps: number, seed: number): Tensor {
  return randn([batch, steps, cell.inputSize], { rng: new Rng(seed), dtype: 'float64' });
}

/** A state for a cell whose tensors of floating point are random. */
export function randomState<State extends TensorTree>(cell: Cell<State>, batch: number, seed: number): State {
  const rng = new Rng(seed);
  return mapTensors(cell.initialState(batch), (t) =>
    t.dtype === 'int32' ? t : cast(awayFromZero(t.shape, rng), t.dtype),
  );
}

/** What a cell computes: sizes, and calls that must agree. */
import { cast, mapTensors, pick, Rng, reshape, slice, type Tensor, type TensorTree, tensor } from '@unroll/core';
import { Module } from '../module.js';
import { inRun } from '../recurrent/cell.js';
import { unroll } from '../recurrent/unroll.js';
import type { CellCase } from './case.js';
import { compare, demand, tensorsOf } from './compare.js';
import { type CreateCell, randomCell, randomInputs, randomState } from './setting.js';

/** Rounding of float64, of a few steps. */
const TOLERANCE = 1e-12;

export function valueCases<State extends TensorTree>(create: CreateCell<State>): CellCase[] {
  return [
    { name: 'outputs and states have the sizes that the cell names', run: () => checkSizes(create) },
    { name: 'equal steps give equal bits', run: () => checkRepetition(create) },
    { name: 'project and stepProjected equal step', run: () => checkProjection(create) },
    { name: 'a run changes no step in evaluation, and leaves no trace', run: () => checkRun(create) },
    { name: 'no state equals initialState', run: () => checkNoState(create) },
    { name: 'a batch with lengths equals its sequences one by one', run: () => checkLengths(create) },
    { name: 'float32 agrees with float64', run: () => checkFloat32(create) },
  ];
}

function checkSizes<State extends TensorTree>(create: CreateCell<State>): void {
  for (const dtype of ['float32', 'float64'] as const) {
    const cell = randomCell(create, 1, dtype);
    for (const batch of [1, 3]) {
      const state = cell.initialState(batch);
      for (const [path, t] of tensorsOf(state)) {
        demand('initialState', t.shape[0] === batch, `${path} is [${t.shape}] with a batch of ${batch}`);
      }
      const x = cast(pick(randomInputs(cell, batch, 1, 2), 1, 0), dtype);
      const next = cell.step(x, state);
      const { shape } = next.output;
      const fits = shape.length === 2 && shape[0] === batch && shape[1] === cell.outputSize;
      demand('step', fits, `the output is [${shape}] instead of [${batch}, ${cell.outputSize}]`);
      demand('step', next.output.dtype === dtype, `the output is ${next.output.dtype} with ${dtype} parameters`);
      const kinds = (tree: TensorTree): string =>
        [...tensorsOf(tree)].map(([path, t]) => `${path} ${t.dtype} [${t.shape}]`).join(', ');
      demand('step', kinds(next.state) === kinds(state), `the state becomes ${kinds(next.state)} from ${kinds(state)}`);
    }
  }
}

function checkRepetition<State extends TensorTree>(create: CreateCell<State>): void {
  const cell = randomCell(create, 1);
  const [x, state] = [pick(randomInputs(cell, 2, 1, 2), 1, 0), randomState(cell, 2, 3)];
  compare('a second call of step', { ...cell.step(x, state) }, { ...cell.step(x, state) }, 0);
}

function checkProjection<State extends TensorTree>(create: CreateCell<State>): void {
  const cell = randomCell(create, 1);
  const { project, stepProjected } = cell;
  if (project === undefined || stepProjected === undefined) {
    demand('the cell', project === stepProjected, 'it has only one of project and stepProjected');
    return;
  }
  const [batch, steps] = [2, 3];
  const inputs = randomInputs(cell, batch, steps, 2);
  const projected = project.call(cell, reshape(inputs, [batch * steps, cell.inputSize]));
  const [rows, width] = projected.shape;
  demand('project', projected.rank === 2 && rows === batch * steps, `the result is [${projected.shape}]`);
  const all = reshape(projected, [batch, steps, width as number]);
  for (let t = 0; t < steps; t++) {
    const state = randomState(cell, batch, 3 + t);
    const expected = cell.step(pick(inputs, 1, t), state);
    compare('stepProjected', { ...stepProjected.call(cell, pick(all, 1, t), state) }, { ...expected }, TOLERANCE);
  }
}

/** For cells that have `inRun`. */
function checkRun<State extends TensorTree>(create: CreateCell<State>): void {
  const cell = randomCell(create, 1);
  if (cell.inRun === undefined) return;
  const [x, state] = [pick(randomInputs(cell, 2, 1, 2), 1, 0), randomState(cell, 2, 3)];
  const step = (): TensorTree => ({ ...cell.step(x, state) });
  compare('a step inside of a run', inRun(cell, step), step(), 0);
  if (!(cell instanceof Module)) return;
  const before = cell.parameters();
  const failure = new Error('a step that fails');
  cell.train();
  let thrown: unknown;
  try {
    inRun(cell, () => {
      throw failure;
    });
  } catch (error) {
    thrown = error;
  }
  demand('inRun', thrown === failure, 'it keeps an error of a step to itself');
  const after = cell.parameters();
  const same = before.length === after.length && before.every((parameter, i) => parameter === after[i]);
  demand('inRun', same, 'after an error of a step the parameters are not in their places');
}

function checkNoState<State extends TensorTree>(create: CreateCell<State>): void {
  const cell = randomCell(create, 1);
  const inputs = randomInputs(cell, 2, 3, 2);
  const given = unroll(cell, inputs, { initialState: cell.initialState(2) });
  compare('without a state', unroll(cell, inputs), given, 0);
}

function checkLengths<State extends TensorTree>(create: CreateCell<State>): void {
  const cell = randomCell(create, 1);
  const lengths = [4, 2, 3];
  const inputs = randomInputs(cell, 3, 4, 2);
  const initialState = randomState(cell, 3, 3);
  for (const reverse of [false, true]) {
    const batch = unroll(cell, withPadding(inputs, lengths), { initialState, lengths, reverse });
    for (const [n, length] of lengths.entries()) {
      const alone = unroll(cell, slice(slice(inputs, 0, n, n + 1), 1, 0, length), {
        initialState: sequence(initialState, n),
        reverse,
      });
      const outputs = slice(slice(batch.outputs, 0, n, n + 1), 1, 0, length);
      const what = `sequence ${n} of a batch${reverse ? ', reversed' : ''}`;
      compare(what, { outputs, finalState: sequence(batch.finalState, n) }, alone, TOLERANCE);
    }
  }
}

function checkFloat32<State extends TensorTree>(create: CreateCell<State>): void {
  const [exact, single] = [randomCell(create, 1), randomCell(create, 1, 'float32')];
  const inputs = randomInputs(exact, 2, 4, 2);
  const { outputs } = unroll(exact, inputs);
  const rounded = unroll(single, cast(inputs, 'float32')).outputs;
  compare('float32', { outputs: cast(rounded, 'float64') }, { outputs }, 1e-4);
}

export function stateDictionaryCase<State extends TensorTree>(create: CreateCell<State>): CellCase {
  const run = (): void => {
    const cell = randomCell(create, 1);
    const other = create({ rng: new Rng(2), dtype: 'float64' });
    if (!(cell instanceof Module && other instanceof Module)) return;
    other.eval().loadStateDict(cell.stateDict());
    const inputs = randomInputs(cell, 2, 3, 2);
    compare('after loadStateDict', unroll(other, inputs), unroll(cell, inputs), 0);
  };
  return { name: 'a state dictionary carries everything over', run };
}

/** The sequences with NaN after their lengths. */
export function withPadding(inputs: Tensor, lengths: readonly number[]): Tensor {
  const [, steps, size] = inputs.shape as readonly [number, number, number];
  const data = Float64Array.from(inputs.data, (entry, i) => {
    const [n, t] = [Math.floor(i / (steps * size)), Math.floor(i / size) % steps];
    return t < (lengths[n] as number) ? entry : Number.NaN;
  });
  return tensor(data, { shape: inputs.shape });
}

/** Sequence `n` of a batch of states. */
export function sequence<State extends TensorTree>(state: State, n: number): State {
  return mapTensors(state, (t) => slice(t, 0, n, n + 1));
}

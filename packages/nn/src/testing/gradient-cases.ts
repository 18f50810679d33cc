/** The derivatives of a cell. */
import {
  add,
  concat,
  forEachTensor,
  mapTensors,
  mul,
  Parameter,
  Rng,
  type RngState,
  randn,
  reshape,
  slice,
  sum,
  Tape,
  type Tensor,
  type TensorTree,
  valueAndGrad,
  zeros,
} from '@unroll/core';
import { gradcheck } from '@unroll/core/testing';
import { Module, placesOf } from '../module.js';
import type { Cell } from '../recurrent/cell.js';
import { type Unrolled, unroll } from '../recurrent/unroll.js';
import { withParameters } from '../with-parameters.js';
import type { CellCase } from './case.js';
import { compare, demand, tensorsOf } from './compare.js';
import { type CreateCell, randomCell, randomInputs, randomState } from './setting.js';
import { sequence, withPadding } from './value-cases.js';

/** Outputs and final state as one flat tensor. */
function flat<State extends TensorTree>({ outputs, finalState }: Unrolled<State>): Tensor {
  const parts: Tensor[] = [reshape(outputs, [outputs.size])];
  forEachTensor(finalState, (t) => {
    if (t.dtype !== 'int32') parts.push(reshape(t, [t.size]));
  });
  return concat(parts);
}

export function gradientCases<State extends TensorTree>(create: CreateCell<State>): CellCase[] {
  const run = (): void => {
    const cell = randomCell(create, 1);
    const state = randomState(cell, 2, 3);
    const f = (x: Tensor, ...parts: Tensor[]): Tensor => {
      let next = 0;
      return flat(unroll(cell, x, { initialState: mapTensors(state, (t) => parts[next++] ?? t) }));
    };
    gradcheck(f, [randomInputs(cell, 2, 3, 2), ...tensorsOf(state).values()]);
  };
  return [{ name: 'derivatives of both orders, by inputs and state', run }];
}

/** For cells that are modules. */
export function parameterCases<State extends TensorTree>(create: CreateCell<State>): CellCase[] {
  return [
    { name: 'every parameter gets a gradient', run: () => checkReached(learning(create)) },
    { name: 'derivatives of both orders, by parameters', run: () => checkParameters(learning(create)) },
    { name: 'derivatives in training, of two runs with the same draws', run: () => checkTraining(learning(create)) },
    { name: 'training with a carried state reaches what evaluation reaches', run: () => checkCarried(create) },
    { name: 'gradients of a batch with lengths are those of its sequences', run: () => checkBatch(learning(create)) },
  ];
}

type LearningCell<State extends TensorTree> = Cell<State> & Module;

function learning<State extends TensorTree>(create: CreateCell<State>): LearningCell<State> {
  const cell = randomCell(create, 1);
  demand('create', cell instanceof Module, 'it returns a Module at one time and not at another');
  return cell as LearningCell<State>;
}

function checkReached<State extends TensorTree>(cell: LearningCell<State>): void {
  const tape = new Tape();
  const inputs = randomInputs(cell, 2, 3, 2);
  const loss = tape.record(() => sum(flat(unroll(cell, inputs))));
  const learned = cell.parameters().filter((parameter) => !parameter.frozen);
  const { untouched } = tape.backward(loss, { parameters: learned });
  demand('backward', untouched.length === 0, `no gradient for ${untouched.map(({ name }) => name).join(', ')}`);
}

function checkParameters<State extends TensorTree>(cell: LearningCell<State>): void {
  const inputs = randomInputs(cell, 2, 3, 2);
  const named = cell.namedParameters();
  const f = (...values: Tensor[]): Tensor => {
    const places = Object.fromEntries(named.map(([name], i) => [name, values[i] as Tensor]));
    return withParameters(cell, places, () => flat(unroll(cell, inputs)));
  };
  gradcheck(
    f,
    named.map(([, parameter]) => parameter),
  );
}

/** The second run goes on from the state of the first; all generators begin each call where they are now. */
function checkTraining<State extends TensorTree>(cell: LearningCell<State>): void {
  cell.train();
  const named = cell.namedParameters();
  const generators = [...placesOf(cell)].flatMap(({ value }) => (value instanceof Rng ? [value] : []));
  const beginnings = generators.map((rng) => rng.state());
  const f = (x: Tensor, ...values: Tensor[]): Tensor => {
    for (const [i, rng] of generators.entries()) rng.restore(beginnings[i] as RngState);
    const places = Object.fromEntries(named.map(([name], i) => [name, values[i] as Tensor]));
    return withParameters(cell, places, () => {
      const first = unroll(cell, slice(x, 1, 0, 2));
      const second = unroll(cell, slice(x, 1, 2), { initialState: first.finalState });
      return concat([flat(first), flat(second)]);
    });
  };
  gradcheck(f, [randomInputs(cell, 2, 4, 2), ...named.map(([, parameter]) => parameter)]);
}

/** What a cell has computed from its parameters in one recording is a constant in the next. */
function checkCarried<State extends TensorTree>(create: CreateCell<State>): void {
  const reached = (training: boolean): string => {
    const cell = learning(create);
    if (training) cell.train();
    const always = new Parameter(zeros([], { dtype: 'float64' })); // a walk needs somewhere to go
    const tape = new Tape();
    const window = (initialState?: State): { readonly loss: Tensor; readonly state: State } =>
      tape.record(() => {
        const run = unroll(cell, randomInputs(cell, 2, 2, 2), { initialState });
        return { loss: add(sum(flat(run)), always), state: run.finalState };
      });
    const { state } = window();
    const learned = cell.parameters().filter((parameter) => !parameter.frozen);
    const { untouched } = tape.backward(window(state).loss, { parameters: [...learned, always] });
    return learned.flatMap((parameter) => (untouched.includes(parameter) ? [] : [parameter.name])).join(', ');
  };
  const [trained, evaluated] = [reached(true), reached(false)];
  demand(
    'with a carried state',
    trained === evaluated,
    `gradients for ${trained || 'nothing'} instead of ${evaluated}`,
  );
}

/** Each sequence's own gradient added up, against the batch's, whose padding is NaN. */
function checkBatch<State extends TensorTree>(cell: LearningCell<State>): void {
  const lengths = [4, 2, 3];
  const inputs = randomInputs(cell, 3, 4, 2);
  const initialState = randomState(cell, 3, 3);
  const weights = lengths.map((length, n) =>
    randn([1, length, cell.outputSize], { rng: new Rng(10 + n), dtype: 'float64' }),
  );
  const cost = (outputs: Tensor, n: number): Tensor => sum(mul(outputs, weights[n] as Tensor));
  const gradient = (f: () => Tensor): { readonly [name: string]: Tensor } =>
    valueAndGrad((values: { readonly [name: string]: Tensor }) => withParameters(cell, values, f))(
      Object.fromEntries(cell.namedParameters()),
    ).gradient;
  const together = gradient(() => {
    const { outputs } = unroll(cell, withPadding(inputs, lengths), { initialState, lengths });
    const costs = lengths.map((length, n) => cost(slice(slice(outputs, 0, n, n + 1), 1, 0, length), n));
    return costs.reduce((total, next) => add(total, next));
  });
  const apart = gradient(() => {
    const costs = lengths.map((length, n) => {
      const x = slice(slice(inputs, 0, n, n + 1), 1, 0, length);
      return cost(unroll(cell, x, { initialState: sequence(initialState, n) }).outputs, n);
    });
    return costs.reduce((total, next) => add(total, next));
  });
  compare('gradients of a batch', together, apart, 1e-12);
}

/** Recording a program: its operations, and runs of cells as a whole. */
import {
  forEachTensor,
  locate,
  mapTensors,
  namedScope,
  oneHot,
  Parameter,
  type RecordedOp,
  type Scope,
  Tape,
  type Tensor,
  type TensorTree,
  tensor,
  ValueError,
  zeros,
} from '@unroll/core';
import { type CellRun, observeRuns, type RunResult, StackedCell } from '@unroll/nn';
import { knownCell } from './known-cell.js';
import type { Body, Leaf, Step, Traced, TracedValue } from './traced.js';

/** Runs `program` and writes down what it does with `inputs`, which have names. */
export function trace(
  program: () => TensorTree,
  inputs: ReadonlyMap<string, Tensor>,
  outputName: (path: string) => string,
  at: string,
): Traced {
  return new Tracer(inputs).trace(program, outputName, at);
}

class Tracer {
  readonly #values: TracedValue[] = [];
  readonly #numbers = new Map<Tensor, number>();
  /** What was computed inside of a run, of which the program sees the result alone. */
  readonly #hidden = new Set<Tensor>();
  /** Where operations are written to; null for nowhere. */
  #steps: Step[] | null = [];

  constructor(inputs: ReadonlyMap<string, Tensor>) {
    for (const [name, t] of inputs) this.#add(t, { kind: 'input', name });
  }

  trace(program: () => TensorTree, outputName: (path: string) => string, at: string): Traced {
    const steps: Step[] = [];
    this.#steps = steps;
    const tape = new Tape();
    tape.onOp((op) => this.#write(op));
    const observe = (run: CellRun, take: () => RunResult): void => this.#writeRun(run, take);
    const outputs: [string, number][] = [];
    try {
      const result = tape.record(() => observeRuns(observe, program));
      mapTensors(result, (t, path) => {
        outputs.push([outputName(path), this.#numberOf(t)]);
        return t;
      });
    } catch (error) {
      throw locate(error, at);
    }
    return { values: this.#values, steps, outputs };
  }

  #add(t: Tensor, leaf: Leaf | null): number {
    const number = this.#values.push({ shape: t.shape, dtype: t.dtype, leaf }) - 1;
    this.#numbers.set(t, number);
    return number;
  }

  /** A value without a tensor. */
  #invent(shape: readonly number[], dtype: Tensor['dtype']): number {
    return this.#values.push({ shape, dtype, leaf: null }) - 1;
  }

  #numberOf(t: Tensor): number {
    const known = this.#numbers.get(t);
    if (known !== undefined) return known;
    if (this.#hidden.has(t)) throw insideOfARun(t);
    if (t instanceof Parameter) return this.#add(t, { kind: 'parameter', parameter: t });
    return this.#add(t, { kind: 'constant', data: t.data });
  }

  #write({ name, inputs, output, attributes, scope }: RecordedOp): void {
    if (this.#steps === null) {
      this.#hidden.add(output);
      return;
    }
    const numbers = inputs.map((input) => this.#numberOf(input));
    const step = { kind: 'operation', name, inputs: numbers, attributes, place: placeOf(scope) } as const;
    this.#steps.push({ ...step, output: this.#add(output, null) });
  }

  /** One step by itself stands for all of them; then all of them are taken, for what comes after. */
  #writeRun(run: CellRun, take: () => RunResult): void {
    const steps = this.#steps;
    if (steps === null) {
      take();
      return;
    }
    const mask = run.mask === null ? null : this.#numberOf(run.mask);
    const { output, states } = this.#levels(run, this.#numberOf(run.inputs), mask);
    this.#steps = null;
    const result = take();
    this.#steps = steps;
    this.#numbers.set(result.outputs, output);
    for (const [i, t] of levelsOf(run.cell, result.finalState).flatMap(partsOf).entries()) {
      // A part that the steps hand on as it is stays what it was.
      if (!this.#numbers.has(t)) this.#numbers.set(t, states[i] as number);
    }
  }

  /** The cells of a stack run one after the other, each over all outputs of the one below. */
  #levels(run: CellRun, x: number, mask: number | null): { readonly output: number; readonly states: number[] } {
    const { cell, initialState, inputs } = run;
    if (!isStack(cell)) return this.#level(run, x, mask);
    if (cell.dropout?.training === true && cell.dropout.p > 0) throw inTraining('StackedCell');
    const [batch, steps] = inputs.shape as readonly [number, number];
    const dtype = dtypeOf(initialState);
    const states: number[] = [];
    let below = x;
    for (const [i, inner] of cell.cells.entries()) {
      const own = (initialState as readonly TensorTree[])[i];
      const given = i === 0 ? inputs : zeros([batch, steps, inner.inputSize], { dtype });
      const level = this.#levels({ ...run, cell: inner, initialState: own, inputs: given }, below, mask);
      states.push(...level.states);
      below = i > 0 && cell.residual ? this.#sum(level.output, below) : level.output;
    }
    return { output: below, states };
  }

  #level(run: CellRun, x: number, mask: number | null): { readonly output: number; readonly states: number[] } {
    const { cell, initialState, inputs, reverse } = run;
    const [batch, steps] = inputs.shape as readonly [number, number];
    const parts = partsOf(initialState);
    const state = parts.map((t) => this.#numberOf(t));
    const body = this.#body(run);
    const outputs = this.#invent([batch, steps, cell.outputSize], dtypeOf(initialState));
    const finalState = parts.map((t, i) =>
      body.nextState[i] === body.state[i] ? (state[i] as number) : this.#invent(t.shape, t.dtype),
    );
    this.#steps?.push({
      kind: 'run',
      cell,
      known: knownCell(cell),
      x,
      state,
      mask,
      reverse,
      outputs,
      finalState,
      body,
    });
    return { output: outputs, states: finalState };
  }

  #sum(a: number, b: number): number {
    const { shape, dtype } = this.#values[a] as TracedValue;
    const output = this.#invent(shape, dtype);
    this.#steps?.push({
      kind: 'operation',
      name: 'add',
      inputs: [a, b],
      output,
      attributes: null,
      place: 'StackedCell',
    });
    return output;
  }

  #body({ cell, inputs, initialState }: CellRun): Body {
    const outer = this.#steps;
    const known = this.#numbers.size;
    const [batch] = inputs.shape as readonly [number];
    const hasIds = inputs.dtype === 'int32';
    const x = zeros(hasIds ? [batch] : [batch, cell.inputSize], { dtype: inputs.dtype });
    const before = mapTensors(initialState, (t) => tensor(t.data, { shape: t.shape, dtype: t.dtype }));
    const input = this.#add(x, null);
    const state = partsOf(before).map((t) => this.#add(t, null));
    const steps: Step[] = [];
    this.#steps = steps;
    const row = hasIds ? oneHot(x, cell.inputSize, { dtype: dtypeOf(initialState) }) : x;
    const next = namedScope(`${nameOf(cell)}.step`, () => cell.step(row, before));
    const nextState = partsOf(next.state).map((t) => this.#numberOf(t));
    const output = this.#numberOf(next.output);
    this.#steps = outer;
    this.#hideFrom(known);
    return { x: input, state, steps, output, nextState };
  }

  /** What a step by itself has computed since so many tensors were known is not there for the program. */
  #hideFrom(known: number): void {
    for (const [t, number] of [...this.#numbers].slice(known)) {
      if (this.#values[number]?.leaf !== null) continue;
      this.#numbers.delete(t);
      this.#hidden.add(t);
    }
  }
}

/** The tensors of a state in the order of their paths, which a state made by hand may have in another. */
function partsOf(state: TensorTree): Tensor[] {
  const parts: [path: string, t: Tensor][] = [];
  mapTensors(state, (t, path) => {
    parts.push([path, t]);
    return t;
  });
  return parts.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, t]) => t);
}

/** The states of the cells of a stack, from the lowest to the highest. */
function levelsOf(cell: CellRun['cell'], state: TensorTree): TensorTree[] {
  if (!isStack(cell)) return [state];
  return cell.cells.flatMap((inner, i) => levelsOf(inner, (state as readonly TensorTree[])[i]));
}

function isStack(cell: CellRun['cell']): cell is StackedCell<readonly CellRun['cell'][]> {
  return Object.getPrototypeOf(cell) === StackedCell.prototype;
}

function dtypeOf(state: TensorTree): 'float32' | 'float64' {
  let dtype: 'float32' | 'float64' = 'float32';
  forEachTensor(state, (t) => {
    if (t.dtype === 'float64') dtype = 'float64';
  });
  return dtype;
}

/** For messages. */
export const nameOf = (cell: object): string => (cell.constructor === Object ? 'cell' : cell.constructor.name);

/** `Sequential.layers[1], LSTMCell.step`, the inner one last. */
function placeOf(scope: Scope | null): string {
  const names: string[] = [];
  for (let at = scope; at !== null; at = at.outer) names.unshift(at.name);
  return names.join(', ');
}

function insideOfARun(t: Tensor): ValueError {
  return new ValueError({
    op: 'exportOnnx',
    what: 'the program uses a tensor that a cell computed inside of one of its steps',
    arrays: { tensor: t },
    rule: 'of a run over time only the outputs and the final state exist in the file',
    mend: 'Let the cell put it out, or carry it in its state',
  });
}

/** Of something random. */
export function inTraining(what: string): ValueError {
  return new ValueError({
    op: 'exportOnnx',
    what: `${what} drops numbers at random`,
    rule: 'a file computes the same each time',
    mend: 'Call model.eval() before',
  });
}

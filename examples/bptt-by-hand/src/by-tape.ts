/** The same derivatives from a tape. */
import { clone, exportGraph, namedScope, pick, slice, stack, Tape, type Tensor, tensor } from '@unroll/core';
import { crossEntropy, unroll, withParameters } from '@unroll/nn';
import { H, T, type Table, type Weights } from './by-hand.js';
import type { Network } from './network.js';

const sum = { reduction: 'sum' } as const;

/** Of the loss by all weights, as any program gets them. */
export function gradients({ cell, head, x, y, h0 }: Network): Weights {
  const tape = new Tape();
  const loss = tape.record(() => {
    const { outputs } = unroll(cell, x, { initialState: { h: h0 } });
    return crossEntropy(head.forward(outputs), y, sum);
  });
  const weights = [cell.weightIh, cell.weightHh, cell.bias, head.weight];
  const [Wxh, Whh, b, Why] = tape.gradient(loss, weights).map(({ value }) => value) as [Table, Table, Table, Table];
  return { Wxh, Whh, b, Why };
}

/** Of the state after t steps by Whh and by h0; the first index is the unit of the state. */
export function stateDerivatives({ cell, x, h0 }: Network, t: number): { readonly Whh: Table[]; readonly h0: Table[] } {
  const tape = new Tape();
  const h = tape.record(() => unroll(cell, slice(x, 1, 0, t), { initialState: { h: h0 } }).finalState.h);
  const units = Array.from({ length: H }, (_, unit) => {
    const seed = tensor([Array.from({ length: H }, (_, i) => (i === unit ? 1 : 0))], { dtype: 'float64' });
    return tape.gradient(h, [cell.weightHh, h0], { seed }).map(({ value }) => value) as [Table, Table];
  });
  return { Whh: units.map(([Whh]) => Whh), h0: units.map(([, h0]) => h0) };
}

/** Step by step, as the lecture draws it; `stepAt` takes step t, counted from 0. */
function lossOf({ head, y, h0 }: Network, stepAt: (t: number, h: Tensor) => Tensor): Tensor {
  const scores: Tensor[] = [];
  let h = h0;
  for (let t = 0; t < T; t++) {
    const step = (): void => {
      h = stepAt(t, h);
      scores.push(head.forward(h));
    };
    namedScope('step', step, t + 1);
  }
  return crossEntropy(stack(scores, 1), y, sum);
}

/** Of the loss by Wxh, if every step had a copy of its own. */
export function gradientsOfCopies(network: Network): Table[] {
  const { cell, x } = network;
  const copies = Array.from({ length: T }, () => clone(cell.weightIh));
  const tape = new Tape();
  const stepAt = (t: number, h: Tensor): Tensor => {
    const weightIh = copies[t] ?? cell.weightIh;
    return withParameters(cell, { weightIh }, () => cell.step(pick(x, 1, t), { h }).output);
  };
  const loss = tape.record(() => lossOf(network, stepAt));
  return tape.gradient(loss, copies).map(({ value }) => value);
}

/** The steps as Graphviz reads them, each by itself or all as one. */
export function graphOf(network: Network, collapseTime: boolean): string {
  const { cell, head, x } = network;
  const names = { Wxh: cell.weightIh, Whh: cell.weightHh, b: cell.bias, Why: head.weight };
  for (const [name, weight] of Object.entries(names)) weight.name = name;
  const tape = new Tape();
  tape.record(() => lossOf(network, (t, h) => cell.step(pick(x, 1, t), { h }).output));
  return exportGraph(tape, { collapseTime });
}

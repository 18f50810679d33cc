/** Operations that act on each number alone. */
import type { Amount } from '../program/amount.js';
import { ELEMENT_TYPES } from '../proto/messages.js';
import { int } from '../proto/parts.js';
import { type Call, type Form, type Forms, fixed } from './form.js';

/** One node of this kind with the same operands. */
const as =
  (opType: string): Form =>
  ({ graph, names }) =>
    graph.node(opType, names);

/** A number in the dtype of the result. */
const number = ({ graph, result }: Call, value: number): string => graph.number(value, result.dtype);

/** Comparisons answer 1 and 0 here, and truth in a file. */
const comparison =
  (opType: string): Form =>
  ({ graph, names, result }) =>
    graph.node('Cast', [graph.node(opType, names)], { to: int(ELEMENT_TYPES[result.dtype]) });

const unchanged: Form = ({ names }) => names[0] as string;

export const elementwise: Forms = {
  abs: as('Abs'),
  add: ({ graph, names }) => graph.node(names.length === 2 ? 'Add' : 'Sum', names),
  alias: unchanged,
  cast: ({ graph, names, result }) => graph.node('Cast', names, { to: int(ELEMENT_TYPES[result.dtype]) }),
  clamp(call) {
    const { low, high } = call.attributes as { readonly low: Amount; readonly high: Amount };
    const bound = (what: string, amount: Amount): string => {
      const value = fixed('clamp', what, amount);
      return Number.isFinite(value) ? number(call, value) : '';
    };
    return call.graph.node('Clip', [call.names[0] as string, bound('lower bound', low), bound('upper bound', high)]);
  },
  clone: unchanged,
  div: as('Div'),
  equal: comparison('Equal'),
  exp: as('Exp'),
  // eˣ − 1 = tanh(x / 2) · (eˣ + 1), which keeps its digits near 0.
  expm1(call) {
    const { graph, names } = call;
    const [x] = names as readonly [string];
    const half = graph.node('Tanh', [graph.node('Mul', [x, number(call, 0.5)])]);
    return graph.node('Mul', [half, graph.node('Add', [graph.node('Exp', [x]), number(call, 1)])]);
  },
  greater: comparison('Greater'),
  less: comparison('Less'),
  log: as('Log'),
  // ln u · x / (u − 1) with u = 1 + x as it was rounded, which keeps its digits near 0; x where u is 1.
  log1p(call) {
    const { graph, names } = call;
    const [x] = names as readonly [string];
    const one = number(call, 1);
    const u = graph.node('Add', [x, one]);
    const rounded = graph.node('Sub', [u, one]);
    const product = graph.node('Mul', [graph.node('Log', [u]), graph.node('Div', [x, rounded])]);
    const isLost = graph.node('Equal', [u, one]);
    const isInfinite = graph.node('Equal', [u, number(call, Infinity)]);
    return graph.node('Where', [graph.node('Or', [isLost, isInfinite]), x, product]);
  },
  maximum: as('Max'),
  minimum: as('Min'),
  mul: as('Mul'),
  neg: as('Neg'),
  pow: as('Pow'),
  relu: as('Relu'),
  sigmoid: as('Sigmoid'),
  sign: as('Sign'),
  softplus: as('Softplus'),
  sqrt: as('Sqrt'),
  square: ({ graph, names }) => graph.node('Mul', [...names, ...names]),
  stopGradient: unchanged,
  sub: as('Sub'),
  tanh: as('Tanh'),
  where({ graph, names }) {
    const [condition, a, b] = names as readonly [string, string, string];
    return graph.node('Where', [graph.node('Cast', [condition], { to: int(ELEMENT_TYPES.bool) }), a, b]);
  },
};

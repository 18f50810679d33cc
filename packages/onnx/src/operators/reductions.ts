/** Sums, extremes and norms along axes, and shares. */
import type { Amount } from '../program/amount.js';
import { ELEMENT_TYPES } from '../proto/messages.js';
import { int } from '../proto/parts.js';
import { type Form, type Forms, fixed } from './form.js';

interface Attributes {
  readonly axes: readonly Amount[];
  readonly keepDims: boolean;
}

const reduction =
  (opType: string): Form =>
  ({ graph, names, op, attributes }) => {
    const { axes, keepDims } = attributes as Attributes;
    const list = graph.list(axes.map((axis) => fixed(op, 'axis', axis)));
    // No axes mean none here, and all of them in a file.
    return graph.node(opType, [names[0] as string, list], {
      keepdims: int(keepDims ? 1 : 0),
      noop_with_empty_axes: int(1),
    });
  };

const alongAxis =
  (opType: string): Form =>
  ({ graph, names, op, attributes }) =>
    graph.node(opType, names, { axis: int(fixed(op, 'axis', attributes as Amount)) });

export const reductions: Forms = {
  argmax({ graph, names, attributes }) {
    const axis = int(fixed('argmax', 'axis', attributes as Amount));
    return graph.node('Cast', [graph.node('ArgMax', names, { axis, keepdims: int(0) })], {
      to: int(ELEMENT_TYPES.int32),
    });
  },
  logSoftmax: alongAxis('LogSoftmax'),
  logsumexp: reduction('ReduceLogSumExp'),
  max: reduction('ReduceMax'),
  min: reduction('ReduceMin'),
  norm: reduction('ReduceL2'),
  softmax: alongAxis('Softmax'),
  sum: reduction('ReduceSum'),
};

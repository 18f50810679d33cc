/** Products of matrices, and rows by index. */
import type { Amount } from '../program/amount.js';
import { ELEMENT_TYPES } from '../proto/messages.js';
import { int, text } from '../proto/parts.js';
import type { Call, Forms } from './form.js';

/** Indices in one row. */
const flat = ({ graph, names, operands }: Call, i: number): string =>
  operands[i]?.shape.length === 1
    ? (names[i] as string)
    : graph.node('Reshape', [names[i] as string, graph.list([-1])]);

const asIndices = ({ graph }: Call, name: string): string =>
  graph.node('Cast', [name], { to: int(ELEMENT_TYPES.int64) });

export const products: Forms = {
  gather: (call) => call.graph.node('Gather', [call.names[0] as string, flat(call, 1)], { axis: int(0) }),
  linear: ({ graph, names }) => graph.node('Gemm', names, { transB: int(1) }),
  matmul: ({ graph, names }) => graph.node('MatMul', names),
  oneHot(call) {
    const { graph, names, result } = call;
    const { depth } = call.attributes as { readonly depth: Amount };
    const sides = graph.once(`sides ${result.dtype}`, () => graph.initializer('[0,1]', result.dtype, [2], [0, 1]));
    return graph.node('OneHot', [asIndices(call, names[0] as string), graph.scalar(depth), sides], { axis: int(-1) });
  },
  scatterAdd(call) {
    const { graph, names, result } = call;
    const zeros = graph.node('Expand', [graph.number(0, result.dtype), graph.amounts(result.shape)]);
    const rows = graph.node('Unsqueeze', [asIndices(call, flat(call, 1)), graph.list([1])]);
    return graph.node('ScatterND', [zeros, rows, names[0] as string], { reduction: text('add') });
  },
  softmaxCrossEntropy(call) {
    const { graph, names } = call;
    const logs = graph.node('LogSoftmax', [names[0] as string], { axis: int(1) });
    const rows = graph.node('Unsqueeze', [asIndices(call, names[1] as string), graph.list([1])]);
    const chosen = graph.node('GatherElements', [logs, rows], { axis: int(1) });
    return graph.node('Neg', [graph.node('Squeeze', [chosen, graph.list([1])])]);
  },
};

/** A run as ONNX's RNN, LSTM or GRU, which have time first, an axis for directions, and lengths. */
import { isZero } from '../program/sources.js';
import type { Writer } from '../program/writer.js';
import { ELEMENT_TYPES } from '../proto/messages.js';
import { int, ints, text, texts } from '../proto/parts.js';
import type { KnownCell } from '../recording/known-cell.js';
import type { RunStep } from '../recording/traced.js';
import { realSteps, userOf } from './sequences.js';

export function writeOperator(step: RunStep, cell: KnownCell, lengths: string | null, writer: Writer): void {
  const { graph } = writer;
  // What runs twice has its weights once.
  const weight = (letter: keyof KnownCell['weights']): string[] => {
    const own = cell.weights[letter];
    if (own === undefined) return [];
    const key = [cell.operator, letter, ...own.of.map((parameter) => graph.keyOf(parameter))].join(' ');
    return [graph.once(key, () => graph.initializer(`${cell.path}${letter}`, 'float32', own.shape, own.data()))];
  };
  // By their paths c stands before h, and in ONNX behind it.
  const [h = '', ...c] = step.state.map((number) => initialState(number, step, writer)).reverse();
  const weights = [...weight('W'), ...weight('R'), ...weight('B')];
  const inputs = [timeFirst(step, writer), ...weights, lengths ?? '', h, ...c, ...weight('P')];
  const [sequence = '', ...last] = graph.nodeOf(1 + step.state.length, cell.operator, inputs, {
    hidden_size: int(cell.hiddenSize),
    activations: texts(cell.activations),
    direction: text(step.reverse ? 'reverse' : 'forward'),
    ...cell.attributes,
  });
  const finals = last.map((name) => graph.node('Squeeze', [name, graph.list([0])]));
  for (const [i, number] of [...step.finalState].reverse().entries()) writer.define(number, finals[i] as string);
  const oneWay = graph.node('Squeeze', [sequence, graph.list([1])]);
  const outputs = graph.node('Transpose', [oneWay], { perm: ints([1, 0, 2]) });
  writer.define(step.outputs, withLast(step, outputs, finals[0] as string, writer));
}

/** `[T, N, D]` of `[N, T, D]`, or of ids. */
function timeFirst(step: RunStep, writer: Writer): string {
  const { graph } = writer;
  let x = writer.nameOf(step.x, userOf(step));
  if (writer.value(step.x).dtype === 'int32') {
    const ids = graph.node('Cast', [x], { to: int(ELEMENT_TYPES.int64) });
    const sides = graph.once('sides float32', () => graph.initializer('[0,1]', 'float32', [2], [0, 1]));
    x = graph.node('OneHot', [ids, graph.scalar(step.cell.inputSize), sides], { axis: int(-1) });
  }
  return graph.node('Transpose', [x], { perm: ints([1, 0, 2]) });
}

/** `[1, N, H]`; nothing for zeros. */
function initialState(number: number, step: RunStep, writer: Writer): string {
  if (isZero(writer.value(number))) return '';
  const { graph } = writer;
  return graph.node('Unsqueeze', [writer.nameOf(number, userOf(step)), graph.list([0])]);
}

/** Behind the end of a sequence ONNX puts out 0, and `unroll` the last output, which is h; backwards both have 0. */
function withLast(step: RunStep, outputs: string, h: string, writer: Writer): string {
  if (step.mask === null || step.reverse) return outputs;
  const { graph } = writer;
  const real = graph.node('Unsqueeze', [realSteps(step.mask, step, writer), graph.list([2])]);
  return graph.node('Where', [real, outputs, graph.node('Unsqueeze', [h, graph.list([1])])]);
}

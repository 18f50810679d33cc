/** Values that no step makes: how they come into a file. */
import { ValueError } from '@unroll/core';
import { ELEMENT_TYPES } from '../proto/messages.js';
import { int } from '../proto/parts.js';
import type { Amount } from './amount.js';
import type { Derivation, Flags, StepsInput } from './derivation.js';
import type { Graph } from './graph.js';
import type { Source, Value } from './program.js';

/** Whether a value is 0 everywhere, as most initial states are. */
export function isZero({ source }: Value): boolean {
  if (source.kind === 'fill') return source.value === 0 && !source.inverse;
  return source.kind === 'constant' && Array.prototype.every.call(source.data, (x: number) => x === 0);
}

/**
 * Brings a value into a file, and answers its name. `user` is the operation that needs it.
 *
 * Errors: `ValueError` for numbers of which nobody knows how they follow from the inputs.
 */
export function writeSource(graph: Graph, value: Value, user: string): string {
  const { source, dtype } = value;
  switch (source.kind) {
    case 'input':
      return source.name;
    case 'parameter':
      return graph.initializer(source.parameter.name, dtype, source.parameter.shape, source.parameter.data);
    case 'constant': {
      const shape = value.shape as readonly number[];
      if (shape.length === 0) return graph.number(source.data[0] ?? 0, dtype);
      return graph.initializer('constant', dtype, shape, source.data);
    }
    case 'fill':
      return writeFill(graph, value, source);
    case 'derived':
      return writeDerivation(graph, value, source.derivation);
    default:
      throw unknownNumbers(value, user);
  }
}

function writeFill(
  graph: Graph,
  { shape, dtype }: Value,
  { value, inverse }: Source & { readonly kind: 'fill' },
): string {
  let one = typeof value === 'number' ? graph.number(value, dtype) : '';
  if (one === '') {
    const whole = graph.scalar(value);
    one = graph.once(`${dtype} of ${whole}`, (g) => g.node('Cast', [whole], { to: int(ELEMENT_TYPES[dtype]) }));
  }
  if (inverse) one = graph.once(`1 / ${one}`, (g) => g.node('Reciprocal', [one]));
  if (shape.length === 0) return one;
  const sizes = graph.amounts(shape);
  return graph.once(`${one} in ${sizes}`, (g) => g.node('Expand', [one, sizes]));
}

function writeDerivation(graph: Graph, { shape, dtype }: Value, derivation: Derivation): string {
  const flat = graph.once(JSON.stringify(derivation), (g) => derive(g, derivation));
  const sizes = graph.amounts(shape);
  return graph.once(`${flat} as ${dtype} in ${sizes}`, (g) =>
    g.node('Reshape', [g.node('Cast', [flat], { to: int(ELEMENT_TYPES[dtype]) }), sizes]),
  );
}

/** The numbers, in a shape of their own. */
function derive(graph: Graph, derivation: Derivation): string {
  switch (derivation.kind) {
    case 'same':
      return derivation.input;
    case 'mask':
      return graph.node('Less', [upTo(graph, derivation.steps), asColumn(graph, lengthsOf(graph, derivation.lengths))]);
    case 'cleared': {
      const ids = graph.node('Reshape', [derivation.input, graph.list([-1])]);
      const isReal = graph.node('Reshape', [truthOf(graph, derivation.flags), graph.list([-1])]);
      return graph.node('Where', [isReal, ids, graph.number(0, 'int32')]);
    }
    case 'causal': {
      const time = upTo(graph, derivation.steps);
      const isBefore = graph.node('LessOrEqual', [time, asColumn(graph, time)]);
      if (derivation.flags === null) return isBefore;
      const shape = graph.amounts([-1, 1, derivation.steps]);
      const isReal = graph.node('Reshape', [truthOf(graph, derivation.flags), shape]);
      return graph.node('And', [isBefore, isReal]);
    }
    case 'last': {
      const { by, steps } = derivation;
      const batch = graph.node('Shape', [by.input], { start: int(0), end: int(1) });
      const sequence = graph.node('Range', [graph.scalar(0), graph.node('Squeeze', [batch]), graph.scalar(1)]);
      const begins = graph.node('Mul', [sequence, graph.scalar(steps)]);
      return graph.node('Add', [begins, lastStep(graph, by)]);
    }
    case 'count': {
      const { by, each, width } = derivation;
      const axes = by.isLengths ? [0] : each ? [1] : [0, 1];
      const steps = by.isLengths ? lengthsOf(graph, by.input) : flagsOf(graph, by.input, 'int64');
      const isSum = !(by.isLengths && each);
      const counts = isSum ? graph.node('ReduceSum', [steps, graph.list(axes)], { keepdims: int(0) }) : steps;
      return graph.node('Mul', [counts, graph.scalar(width)]);
    }
    default: {
      const rise = graph.node('Mul', [upTo(graph, derivation.count), graph.scalar(derivation.stride)]);
      return graph.node('Add', [rise, graph.scalar(derivation.first)]);
    }
  }
}

/** `0, 1, …` below an amount. */
const upTo = (graph: Graph, count: Amount): string =>
  graph.node('Range', [graph.scalar(0), graph.scalar(count), graph.scalar(1)]);

const asColumn = (graph: Graph, row: string): string => graph.node('Unsqueeze', [row, graph.list([1])]);

const lengthsOf = (graph: Graph, input: string): string =>
  graph.node('Cast', [input], { to: int(ELEMENT_TYPES.int64) });

/** 1 and 0 of a mask. */
const flagsOf = (graph: Graph, input: string, type: 'int32' | 'int64'): string =>
  graph.node('Cast', [graph.node('Cast', [input], { to: int(ELEMENT_TYPES.bool) })], { to: int(ELEMENT_TYPES[type]) });

/** The last real step of each sequence, as int64. */
function lastStep(graph: Graph, { input, isLengths }: StepsInput): string {
  if (isLengths) return graph.node('Sub', [lengthsOf(graph, input), graph.scalar(1)]);
  // ONNX Runtime 1.14 has no ArgMax of int64.
  const flags = flagsOf(graph, input, 'int32');
  return graph.node('ArgMax', [flags], { axis: int(1), keepdims: int(0), select_last_index: int(1) });
}

const truthOf = (graph: Graph, flags: Flags): string =>
  graph.node('Cast', [derive(graph, flags)], { to: int(ELEMENT_TYPES.bool) });

function unknownNumbers({ source }: Value, user: string): ValueError {
  const all = source.kind === 'unknown' ? source.shapes : [];
  const shapes = new Set(all.map((shape) => `[${shape.join(', ')}]`));
  const which = all.every((shape) => shape.length === 0) ? 'a number' : `numbers ${[...shapes].join(', ')}`;
  const verb = which === 'a number' ? 'differs' : 'differ';
  return new ValueError({
    op: 'exportOnnx',
    what: `${user} reads ${which} that ${verb} from input to input, and that no operation computed`,
    rule: 'from inputs and sizes follow what operations compute, masks, last steps, counts, cleared ids, even ranges and single numbers',
    mend: 'Compute them with operations, pass them in the example as an input, or call model.eval() where they are random',
  });
}

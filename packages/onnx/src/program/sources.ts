/** Values that no step makes: how they come into a file. */
import { ValueError } from '@unroll/core';
import { ELEMENT_TYPES } from '../proto/messages.js';
import { int } from '../proto/parts.js';
import type { Derivation } from './derivation.js';
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

function derive(graph: Graph, derivation: Derivation): string {
  if (derivation.kind === 'same') return derivation.input;
  if (derivation.kind === 'range') {
    const { first, stride, count } = derivation;
    const upTo = graph.node('Range', [graph.scalar(0), graph.scalar(count), graph.scalar(1)]);
    return graph.node('Add', [graph.node('Mul', [upTo, graph.scalar(stride)]), graph.scalar(first)]);
  }
  const given = derivation.lengths;
  const lengths = graph.node('Cast', [given], { to: int(ELEMENT_TYPES.int64) });
  if (derivation.kind === 'mask') {
    const time = graph.node('Range', [graph.scalar(0), graph.scalar(derivation.steps), graph.scalar(1)]);
    return graph.node('Less', [time, graph.node('Unsqueeze', [lengths, graph.list([1])])]);
  }
  const batch = graph.node('Squeeze', [graph.node('Shape', [given])]);
  const sequence = graph.node('Range', [graph.scalar(0), batch, graph.scalar(1)]);
  const begins = graph.node('Mul', [sequence, graph.scalar(derivation.steps)]);
  return graph.node('Add', [begins, graph.node('Sub', [lengths, graph.scalar(1)])]);
}

function unknownNumbers({ source }: Value, user: string): ValueError {
  const shapes = source.kind === 'unknown' ? source.shapes.map((shape) => `[${shape.join(', ')}]`) : [];
  const which = new Set(shapes).size === 1 ? shapes[0] : shapes.join(', ');
  return new ValueError({
    op: 'exportOnnx',
    what: `${user} reads numbers ${which} that differ from input to input, and that no operation computed`,
    rule: 'from inputs and sizes follow what operations compute, masks and last steps of lengths, even ranges, and single numbers',
    mend: 'Compute them with operations, or pass them in the example as an input',
  });
}

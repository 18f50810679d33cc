/** A table of what a module learns. */
import { formatShape, type Parameter } from '@unroll/core';

/** `1,234,567`. */
const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** One line a parameter, with its shape and how many numbers it holds, and the totals. */
export function summaryTable(owner: string, named: readonly (readonly [string, Parameter])[]): string {
  const frozen = named.filter(([, parameter]) => parameter.frozen);
  const count = (list: typeof named): number => list.reduce((total, [, parameter]) => total + parameter.size, 0);
  const rows: [string, string, string][] = named.map(([name, parameter]) => [
    name,
    `${formatShape(parameter.shape)}${parameter.frozen ? ' frozen' : ''}`,
    grouped(parameter.size),
  ]);
  const totals: [string, string, string][] = [['total', '', grouped(count(named))]];
  if (frozen.length > 0) {
    totals.push(['trainable', '', grouped(count(named) - count(frozen))], ['frozen', '', grouped(count(frozen))]);
  }
  const all = [[owner, 'shape', 'numbers'] as const, ...rows, ...totals];
  const [names, shapes, numbers] = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = ([name, shape, number]: readonly [string, string, string]): string =>
    `${name.padEnd(names ?? 0)}  ${shape.padEnd(shapes ?? 0)}  ${number.padStart(numbers ?? 0)}`;
  const rule = '-'.repeat(line(['', '', '']).length);
  return [line([owner, 'shape', 'numbers']), rule, ...rows.map(line), rule, ...totals.map(line)].join('\n');
}

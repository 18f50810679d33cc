/** Whether ranks mean the same by their parameters. */
import { formatShape, type Parameter, ValueError } from '@unroll/core';
import type { World } from './world.js';

/** Errors: `ValueError` on every rank where one has other parameters than rank 0. */
export function checkSameLayout(op: string, world: World, parameters: readonly Parameter[]): void {
  const own = parameters.map(({ name, dtype, shape }) => `${name} ${dtype} ${formatShape(shape)}`);
  const texts = world
    .allGather(new TextEncoder().encode(own.join('\n')))
    .map((bytes) => new TextDecoder().decode(bytes));
  const [first = [], ...others] = texts.map((text) => text.split('\n'));
  const i = others.findIndex((other) => other.join('\n') !== texts[0]);
  if (i < 0) return;
  const other = others[i] ?? [];
  throw new ValueError({ op, what: differenceOf(first, other, i + 1), rule: RULE, mend: MEND });
}

const RULE = 'ranks train copies of one model';
const MEND = 'Build it from the same options on all of them';

function differenceOf(first: readonly string[], other: readonly string[], rank: number): string {
  const at = first.findIndex((line, i) => line !== other[i]);
  const place = at < 0 ? first.length : at;
  const say = (line: string | undefined): string => (line === undefined || line === '' ? 'no more' : line);
  return `parameter ${place} is ${say(first[place])} on rank 0 and ${say(other[place])} on rank ${rank}`;
}

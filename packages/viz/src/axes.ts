/**
 * Where an axis has its ticks and what it writes there. The powers of ten are read from decimals, so that no engine's
 * logarithm decides about a tick, and the labels are known before a margin is chosen.
 */

import { decimal } from './text.js';

/** An axis: its ends and its ticks. */
export interface Axis {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
}

/** Whether an axis can reach a value: beyond this size the distance of two numbers need not be finite. */
export function drawable(value: number): boolean {
  return Math.abs(value) <= 1e300;
}

/** Whether a logarithmic axis can. */
export function drawableOnLog(value: number): boolean {
  return value >= 1e-300 && drawable(value);
}

/** The least and the greatest of numbers. */
export function extentOf(values: Iterable<number>): [number, number] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return [least, greatest];
}

/** Round numbers from below the least value to above the greatest, about `count` of them. */
export function linearAxis([least, greatest]: readonly [number, number], count: number): Axis {
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  // Nothing can be seen on an axis without length, nor ticks be written that differ after so many digits.
  const half = greatest - least <= 1e-12 * size ? size / 2 || 1 : 0;
  const [low, high] = [least - half, greatest + half];
  const { step, of } = roundStep((high - low) / count);
  let [from, to] = [Math.floor(low / step), Math.ceil(high / step)];
  if (of(from) > low) from--; // the divisions were rounded
  if (of(to) < high) to++;
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => of(from + i));
  return { domain: [of(from), of(to)], ticks };
}

/** The ticks that lie between two ends, which stay as they are. */
export function innerAxis([low, high]: readonly [number, number], count: number): Axis {
  if (low === high) return { domain: [low - 1, high + 1], ticks: [low] };
  const { ticks } = linearAxis([low, high], count);
  return { domain: [low, high], ticks: ticks.filter((tick) => tick >= low && tick <= high) };
}

/** The smallest step of 1, 2 or 5 times a power of ten that is at least `least`, and its multiples without rounding errors. */
function roundStep(least: number): { readonly step: number; readonly of: (i: number) => number } {
  const exponent = exponentOf(least);
  const digit = [1, 2, 5, 10].find((digit) => Number(`${digit}e${exponent}`) >= least) ?? 10;
  return { step: Number(`${digit}e${exponent}`), of: (i) => Number(`${i * digit}e${exponent}`) };
}

/** Powers of ten around the values, every second or third of them where they are many; 1, 2 and 5 of each where they are few. */
export function logAxis([least, greatest]: readonly [number, number], count: number): Axis {
  const [low, high] = [exponentOf(least), exponentOf(greatest)];
  const digits = high - low > 2 ? [1] : [1, 2, 5];
  const every = Math.max(1, Math.ceil((high - low) / count));
  const all = Array.from({ length: high - low + 2 }, (_, i) => digits.map((digit) => Number(`${digit}e${low + i}`)))
    .flat()
    .filter((tick) => tick > 0 && tick < Number.POSITIVE_INFINITY);
  const below = all.filter((tick) => tick <= least).at(-1) ?? least;
  const above = all.find((tick) => tick >= greatest && tick > below) ?? greatest;
  const ticks = all.filter((tick) => tick >= below && tick <= above && exponentOf(tick) % every === 0);
  return { domain: [below, above], ticks };
}

function exponentOf(value: number): number {
  return Number(value.toExponential().split('e')[1]);
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** How an axis writes its numbers: `0.05`, `20,000`; with powers of ten, as `2·10⁻⁷`, where one of them is that small or large. */
export function tickFormat({ ticks }: Axis): (tick: number) => string {
  const extreme = ticks.some((tick) => tick !== 0 && (Math.abs(tick) < 1e-4 || Math.abs(tick) >= 1e7));
  return extreme ? (tick) => (tick === 0 || tick === 1 ? String(tick) : power(tick)) : decimal;
}

function power(value: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential().replaceAll('-', '−').split('e');
  const digits = [...exponent].map((digit) => (digit === '−' ? '⁻' : (SUPERSCRIPTS[Number(digit)] ?? ''))).join('');
  const factor = mantissa === '1' || mantissa === '−1' ? mantissa.slice(0, -1) : `${mantissa}·`;
  return `${factor}10${digits}`;
}

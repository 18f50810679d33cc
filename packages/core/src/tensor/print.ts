/** How a tensor looks in a console. */
import type { DataType } from '@unroll/kernels';
import type { Shape } from './shape.js';
import type { TensorData } from './storage.js';

/** Longer axes show their first and last entries only. */
const EDGE = 3;

function formatNumber(value: number, dtype: DataType): string {
  if (dtype === 'int32' || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(3);
  return Number.isInteger(value) ? `${value}.` : value.toFixed(4);
}

/** `Tensor(float32 [2, 2])` and the numbers below it, in columns. */
export function formatTensor(dtype: DataType, shape: Shape, data: TensorData): string {
  const head = `Tensor(${dtype} [${shape.join(', ')}])`;
  if (data.length === 0) return `${head} []`;
  const cells = new Map<number, string>();
  const visible = (size: number): number[] => {
    const all = Array.from({ length: size }, (_, i) => i);
    return size > 2 * EDGE + 1 ? [...all.slice(0, EDGE), -1, ...all.slice(-EDGE)] : all;
  };
  const collect = (axis: number, at: number): void => {
    if (axis === shape.length) {
      cells.set(at, formatNumber(data[at] as number, dtype));
      return;
    }
    const size = shape[axis] as number;
    for (const i of visible(size)) if (i >= 0) collect(axis + 1, at * size + i);
  };
  collect(0, 0);
  const width = Math.max(...[...cells.values()].map((cell) => cell.length));
  const render = (axis: number, at: number): string => {
    if (axis === shape.length) return (cells.get(at) as string).padStart(width);
    const size = shape[axis] as number;
    const innermost = axis === shape.length - 1;
    const parts = visible(size).map((i) => (i < 0 ? '…' : render(axis + 1, at * size + i)));
    return `[${parts.join(innermost ? ' ' : `\n${' '.repeat(axis + 1)}`)}]`;
  };
  return shape.length === 0 ? `${head} ${render(0, 0).trim()}` : `${head}\n${render(0, 0)}`;
}

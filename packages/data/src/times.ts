/** Points in time, in any unit. */
import { ShapeError, Tensor, type TensorData, ValueError } from '@unroll/core';

/**
 * When things happened: numbers in a row. Large ones, such as milliseconds since 1970, belong into an array or a
 * `Float64Array`: float32 holds whole numbers up to 2²⁴ only.
 */
export type Times = readonly number[] | TensorData | Tensor;

/** The times of `count` things. Errors: `ShapeError` for another count; `ValueError` for what is not finite. */
export function toTimes(op: string, times: Times, count?: number): ArrayLike<number> {
  const shape = times instanceof Tensor ? times.shape : [times.length];
  if (shape.length !== 1 || (count !== undefined && shape[0] !== count)) {
    throw new ShapeError({
      op,
      what: shape.length === 1 ? `the times are ${shape[0]}, not ${count}` : 'the times are not in one row',
      arrays: { times: { shape } },
      rule: shape.length === 1 ? 'each has its own time' : 'times have one axis',
      mend: shape.length === 1 ? 'Pass as many' : 'Reshape them',
    });
  }
  const numbers = times instanceof Tensor ? times.data : times;
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isFinite(numbers[i])) continue;
    throw new ValueError({
      op,
      what: `times[${i}] is ${numbers[i]}`,
      rule: 'times are finite numbers',
      mend: 'Convert dates with Number(date)',
    });
  }
  return numbers;
}

/** Errors: `ValueError` where a time is before the one that it follows. */
export function checkRising(op: string, times: ArrayLike<number>): void {
  for (let i = 1; i < times.length; i++) {
    if ((times[i] as number) >= (times[i - 1] as number)) continue;
    throw new ValueError({
      op,
      what: `times[${i}] is ${times[i]}, after ${times[i - 1]}`,
      rule: 'times of one sequence never fall',
      mend: 'Sort its steps by time',
    });
  }
}

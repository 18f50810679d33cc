/** Holding gradients within bounds, before an optimizer uses them. */
import {
  abs,
  checkNotRecording,
  checkOptions,
  clamp,
  div,
  less,
  max,
  mul,
  type Parameter,
  scratch,
  square,
  sum,
  type Tensor,
  ValueError,
  where,
} from '@unroll/core';
import { checkParameters } from './parameter-list.js';
import { checkBound, checkWord } from './settings.js';

/** Options of {@link clipGradNorm}. */
export interface ClipGradNormOptions {
  /**
   * What happens when a gradient holds NaN or infinity. `'throw'`, unless given: a `ValueError` names the parameter.
   * `'skip'`: all gradients are marked empty, so that the next `step()` leaves every parameter and its state alone.
   * `'zero'`: those entries become 0, and the rest is clipped.
   */
  readonly onNonFinite?: 'throw' | 'skip' | 'zero';
}

interface Graded {
  readonly parameter: Parameter;
  readonly gradient: Tensor;
}

/** Below this sum, squares of small entries may have been lost; above the largest float32 they overflow. */
const SMALLEST_TRUSTED_SUM = 1e-20;

/**
 * Scales all gradients by one factor so that their common norm `√Σ g²` is at most `maxNorm`, and returns the norm that
 * they had before. Parameters that are frozen or have no gradient do not count. A `maxNorm` of infinity only measures.
 *
 * With `onNonFinite: 'skip'` the returned norm is the infinite or NaN one; with `'zero'` that of the finite entries.
 *
 * Errors: `ValueError` for a gradient that holds NaN or infinity, naming its parameter, and for options out of range;
 * `TapeError` inside a recording. Nothing is changed then.
 * Numerics: where squares overflow or vanish in float32, they are taken of the gradients divided by the largest entry.
 * Differs: PyTorch's factor is `maxNorm / (norm + 1e-6)`; this one makes the norm `maxNorm` as it says.
 * @source R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural networks", ICML 2013,
 * algorithm 1
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from '@unroll/core';
 * import { clipGradNorm } from '@unroll/optim';
 * const w = new Parameter(tensor([0, 0]));
 * w.grad = tensor([30, 40]);
 * clipGradNorm([w], 5); // 50
 * w.grad.toArray(); // [3, 4]
 * ```
 */
export function clipGradNorm(
  parameters: Iterable<Parameter>,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): number {
  checkOptions('clipGradNorm', options, ['onNonFinite']);
  const { onNonFinite = 'throw' } = options;
  checkBound('clipGradNorm', { maxNorm });
  checkWord('clipGradNorm', 'onNonFinite', onNonFinite, ['throw', 'skip', 'zero']);
  const graded = gradedOf('clipGradNorm', parameters);
  const norm = globalNorm(graded);
  if (Number.isFinite(norm)) {
    scaleTo(graded, norm, maxNorm);
    return norm;
  }
  if (onNonFinite === 'skip') {
    for (const { parameter } of graded) parameter.zeroGrad();
    return norm;
  }
  if (onNonFinite === 'throw') throw nonFinite('clipGradNorm', graded, Number.isFinite);
  rewrite(graded, (gradient) => where(less(abs(gradient), Number.POSITIVE_INFINITY), gradient, 0));
  const finiteNorm = globalNorm(graded);
  scaleTo(graded, finiteNorm, maxNorm);
  return finiteNorm;
}

/**
 * Moves each entry of each gradient into [−maxValue, maxValue]. Parameters that are frozen or have no gradient do not
 * count.
 *
 * Errors: `ValueError` for a gradient that holds NaN, naming its parameter, and for a maxValue that is not above 0;
 * `TapeError` inside a recording. Nothing is changed then.
 * Differs: PyTorch leaves NaN in place.
 *
 * @example
 * ```ts
 * import { Parameter, tensor } from '@unroll/core';
 * import { clipGradValue } from '@unroll/optim';
 * const w = new Parameter(tensor([0, 0, 0]));
 * w.grad = tensor([30, -4, 0.5]);
 * clipGradValue([w], 1);
 * w.grad.toArray(); // [1, -1, 0.5]
 * ```
 */
export function clipGradValue(parameters: Iterable<Parameter>, maxValue: number): void {
  checkBound('clipGradValue', { maxValue });
  const graded = gradedOf('clipGradValue', parameters);
  const hasNaN = scratch(() => graded.some(({ gradient }) => gradient.size > 0 && Number.isNaN(max(gradient).item())));
  if (hasNaN) throw nonFinite('clipGradValue', graded, (entry) => !Number.isNaN(entry));
  rewrite(graded, (gradient) => clamp(gradient, { min: -maxValue, max: maxValue }));
}

/** The parameters that an optimizer would update, with their gradients. */
function gradedOf(op: string, parameters: Iterable<Parameter>): readonly Graded[] {
  const list = checkParameters(op, parameters);
  for (const parameter of list) checkNotRecording(op, parameter);
  return list.flatMap((parameter) => {
    const gradient = parameter.grad;
    return gradient === null || parameter.frozen ? [] : [{ parameter, gradient }];
  });
}

/** Replaces each gradient in place; what is computed on the way leaves nothing on the heap. */
function rewrite(graded: readonly Graded[], change: (gradient: Tensor) => Tensor): void {
  scratch(() => {
    for (const { parameter, gradient } of graded) parameter.grad = change(gradient);
    return null;
  });
}

/** `√Σ g²` over all gradients; infinity or NaN only where an entry is. */
function globalNorm(graded: readonly Graded[]): number {
  const direct = sumOfSquares(graded, 1);
  if (direct >= SMALLEST_TRUSTED_SUM && direct < Number.POSITIVE_INFINITY) return Math.sqrt(direct);
  const largest = largestMagnitude(graded);
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  return largest * Math.sqrt(sumOfSquares(graded, largest));
}

function sumOfSquares(graded: readonly Graded[], unit: number): number {
  return scratch(() => {
    let total = 0;
    for (const { gradient } of graded) total += sum(square(unit === 1 ? gradient : div(gradient, unit))).item();
    return total;
  });
}

/** 0 without entries; NaN if any is NaN. */
function largestMagnitude(graded: readonly Graded[]): number {
  return scratch(() => {
    let largest = 0;
    for (const { gradient } of graded) if (gradient.size > 0) largest = Math.max(largest, max(abs(gradient)).item());
    return largest;
  });
}

function scaleTo(graded: readonly Graded[], norm: number, maxNorm: number): void {
  if (norm <= maxNorm) return;
  const factor = maxNorm / norm;
  rewrite(graded, (gradient) => mul(gradient, factor));
}

/** The complaint about the first gradient with an entry that is not fine. */
function nonFinite(op: string, graded: readonly Graded[], isFine: (entry: number) => boolean): ValueError {
  const [bad] = graded
    .map(({ parameter, gradient }) => ({ parameter, entries: [...gradient.data].filter((entry) => !isFine(entry)) }))
    .filter(({ entries }) => entries.length > 0);
  const { parameter, entries } = bad as NonNullable<typeof bad>;
  return new ValueError({
    op,
    what: `the gradient of parameter '${parameter.name}' holds ${String(entries[0])} (${entries.length} of ${parameter.size} entries)`,
    arrays: { [parameter.name]: parameter },
    rule: `gradients must be ${op === 'clipGradNorm' ? 'finite' : 'numbers'} to be clipped`,
    mend: op === 'clipGradNorm' ? ADVICE : 'Lower the learning rate or check the inputs',
  });
}

const ADVICE = "Lower the learning rate or check the inputs, or pass { onNonFinite: 'skip' } or 'zero'";

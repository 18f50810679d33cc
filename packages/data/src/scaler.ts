/** Features brought to a common scale, and back. */
import { ShapeError, type Tensor, tensor, ValueError } from '@unroll/core';
import { floatsLike, type Numbers, toTensor } from './rows.js';
import { readSaved, refuseSaved, type SavedForm } from './saved-form.js';

/** A scaler as plain data: one number of each for each feature. */
export interface ScalerJSON {
  readonly center: readonly number[];
  readonly scale: readonly number[];
}

/**
 * Subtracts a centre from each feature and divides by a scale, as {@link standardScaler} and {@link minMaxScaler} find
 * them.
 *
 * `transform(x) = (x − center) / scale`, `inverse(y) = y · scale + center`.
 *
 * Shapes: `[…, D]` for D features; a scaler of one feature takes any shape. The result has the same.
 * Errors: `ShapeError` for another last axis; `ValueError` for centres and scales that are not as many finite numbers,
 * scales above 0.
 * Numerics: computed in float64 and rounded once, so that `inverse(transform(x))` differs from a float32 x by at most
 * `2⁻²⁴·(|x| + |x − center|)`, about one unit in the last place, unless the scaled number is denormal. NaN, for what is
 * missing, stays NaN. Nothing is recorded: gradients do not pass.
 *
 * @example
 * ```ts
 * import { Scaler } from '@unroll/data';
 * const scaler = new Scaler({ center: [10, 0], scale: [2, 5] });
 * scaler.transform([[12, 5], [8, 0]]).toArray(); // [[1, 1], [-1, 0]]
 * scaler.feature(0).inverse([1, -1]).toArray(); // [12, 8]
 * Scaler.fromJSON(JSON.parse(JSON.stringify(scaler))).center; // [10, 0]
 * ```
 */
export class Scaler {
  readonly center: readonly number[];
  readonly scale: readonly number[];

  constructor(values: ScalerJSON) {
    const { center, scale } = checkValues({ ...SAVED, op: 'new Scaler', mend: 'Correct them' }, values);
    this.center = [...center];
    this.scale = [...scale];
  }

  /** The scaler that {@link Scaler.toJSON} described. Errors: `ValueError` for anything else. */
  static fromJSON(json: unknown): Scaler {
    return new Scaler(checkValues(SAVED, json));
  }

  /** How many features there are. */
  get size(): number {
    return this.center.length;
  }

  /** From the features' own units. */
  transform(x: Numbers): Tensor {
    return this.#map('transform', 'x', x, (value, center, scale) => (value - center) / scale);
  }

  /** Back to the features' own units. */
  inverse(y: Numbers): Tensor {
    return this.#map('inverse', 'y', y, (value, center, scale) => value * scale + center);
  }

  /** The scaler of one feature: for forecasts of it alone. Errors: `ValueError` for a feature that is not there. */
  feature(index: number): Scaler {
    const [center, scale] = [this.center[index], this.scale[index]];
    if (center !== undefined && scale !== undefined) return new Scaler({ center: [center], scale: [scale] });
    throw new ValueError({
      op: 'feature',
      what: `there is no feature ${index}`,
      rule: `features of this scaler go from 0 to ${this.size - 1}`,
      mend: 'Correct the index',
    });
  }

  /** What `JSON.stringify` writes. */
  toJSON(): ScalerJSON {
    return { center: [...this.center], scale: [...this.scale] };
  }

  #map(op: string, name: string, values: Numbers, f: (value: number, center: number, scale: number) => number): Tensor {
    const t = toTensor(values);
    const { size } = this;
    if (size > 1 && t.shape[t.rank - 1] !== size) {
      throw new ShapeError({
        op,
        what: `the scaler has ${size} features`,
        arrays: { [name]: t },
        rule: 'they are the last axis',
        mend: `Pass all features, or take one of them with scaler.feature(index).${op}`,
      });
    }
    const { data, shape } = t;
    const out = floatsLike(data, data.length);
    data.forEach((value, i) => {
      out[i] = f(value, this.center[i % size] as number, this.scale[i % size] as number);
    });
    return tensor(out, { shape });
  }
}

const SAVED: SavedForm<keyof ScalerJSON> = {
  op: 'Scaler.fromJSON',
  fields: ['center', 'scale'],
  rule: 'it takes { center, scale }: as many finite numbers of each, at least one, and scales above 0',
  mend: 'Pass what JSON.parse makes of a saved scaler',
};

function checkValues(form: SavedForm<keyof ScalerJSON>, values: unknown): ScalerJSON {
  const { center, scale } = readSaved(form, values);
  if (!isNumbers(center)) throw refuseSaved(form, `center is ${JSON.stringify(center)}`);
  if (!isNumbers(scale) || scale.length !== center.length || !scale.every((size) => size > 0))
    throw refuseSaved(form, `scale is ${JSON.stringify(scale)}, center is ${JSON.stringify(center)}`);
  return { center, scale };
}

function isNumbers(values: unknown): values is number[] {
  return Array.isArray(values) && values.length > 0 && values.every(Number.isFinite);
}

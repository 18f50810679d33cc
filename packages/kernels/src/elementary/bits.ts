/** The binary exponent of a float64, and products with powers of two. */

const float = new Float64Array(1);
/** The same eight bytes as two integers; WebAssembly's byte order is little-endian, so the high word is the second. */
const words = new Int32Array(float.buffer);

const LOWEST_NORMAL_EXPONENT = -1022;
const HIGHEST_EXPONENT = 1023;

/** 2⁻¹⁰²² … 2¹⁰²³. Doubling is exact, so no engine can disagree about an entry. */
const powers: Float64Array = new Float64Array(HIGHEST_EXPONENT - LOWEST_NORMAL_EXPONENT + 1);
powers[0] = Number.MIN_VALUE * 4_503_599_627_370_496;
for (let i = 1; i < powers.length; i++) powers[i] = 2 * (powers[i - 1] as number);

/** `2ᵏ` for −1022 ≤ k ≤ 1023. */
export function powerOfTwo(k: number): number {
  return powers[k - LOWEST_NORMAL_EXPONENT] as number;
}

/** `x · 2ᵏ` for −1075 ≤ k ≤ 1075, rounded once even where the result is subnormal. */
export function scale(x: number, k: number): number {
  if (k > HIGHEST_EXPONENT) return x * powerOfTwo(HIGHEST_EXPONENT) * powerOfTwo(k - HIGHEST_EXPONENT);
  if (k < LOWEST_NORMAL_EXPONENT) return x * powerOfTwo(k + 64) * powerOfTwo(-64);
  return x * powerOfTwo(k);
}

/** High word of √½: numbers below it belong to the binade before. */
const HIGH_SQRT_HALF = 0x3fe6a09e;
const HIGH_ONE = 0x3ff00000;

/** The integer `k` that puts `x · 2⁻ᵏ` between √½ and √2. `x` is positive and finite. */
export function centredExponent(x: number): number {
  // A subnormal has no exponent of its own; 2⁶⁴ lifts it among the normal numbers.
  if (x < powerOfTwo(LOWEST_NORMAL_EXPONENT)) return centredExponent(x * powerOfTwo(64)) - 64;
  float[0] = x;
  return (((words[1] as number) + (HIGH_ONE - HIGH_SQRT_HALF)) >> 20) - 1023;
}

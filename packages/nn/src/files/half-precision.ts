/** The two kinds of 16-bit numbers as float32, which holds each of them exactly. */

/** The first half of a float32: its sign, its 8 bits of exponent, and 7 bits of the fraction. */
export function fromBfloat16(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] as number) << 16;
  return new Float32Array(words.buffer);
}

/**
 * IEEE 754 binary16: the sign, 5 bits of exponent with a bias of 15, and 10 bits of the fraction. The bits of a NaN
 * are kept too.
 */
export function fromFloat16(bits: Uint16Array): Float32Array {
  const numbers = new Float32Array(bits.length);
  const words = new Uint32Array(numbers.buffer);
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i] as number;
    const sign = (half & 0x8000) << 16;
    const rest = half & 0x7fff;
    if (rest < 0x0400) {
      numbers[i] = rest / 0x1000000; // below the normal numbers, multiples of 2⁻²⁴
      words[i] = sign | (words[i] as number);
    } else if (rest < 0x7c00) {
      words[i] = sign | ((rest << 13) + ((127 - 15) << 23));
    } else {
      words[i] = sign | (rest << 13) | 0x7f800000; // ∞ and NaN
    }
  }
  return numbers;
}

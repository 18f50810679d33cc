/** Seeded numbers for the JavaScript peers, which begin like everybody else: small random weights, random ids. */

/** Numbers in [0, 1) (mulberry32). */
export function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function uniform(count, bound, random) {
  return Float32Array.from({ length: count }, () => (2 * random() - 1) * bound);
}

export function randomIds(count, below, random) {
  return Int32Array.from({ length: count }, () => Math.floor(random() * below));
}

/** One draw from a distribution. */
export function draw(probabilities, random) {
  let left = random();
  for (let i = 0; i < probabilities.length - 1; i++) {
    left -= probabilities[i];
    if (left < 0) return i;
  }
  return probabilities.length - 1;
}

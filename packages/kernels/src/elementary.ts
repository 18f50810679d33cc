/**
 * Elementary functions in float64 with the same bits on every engine.
 *
 * The standard leaves the last bits of `Math.exp`, `Math.log`, `Math.pow` and their kin to each
 * engine, so a value that must not depend on the engine is computed here, from `+ − × ÷`,
 * `Math.floor`, `Math.abs` and bit views alone, which are exact or correctly rounded everywhere.
 * Errors are given in units in the last place of float64, the largest of 6,000 (`pow`: 20,000) random
 * arguments a range against 200-bit arithmetic. (`Math.sqrt` is correctly rounded too: use it as it
 * is.)
 *
 * @packageDocumentation
 */
export { cos, cosPi, sin, sinPi } from './elementary/circular.js';
export { exp, expm1 } from './elementary/exponential.js';
export { log, log1p } from './elementary/logarithm.js';
export { pow } from './elementary/power.js';
export { sigmoid, softplus, tanh } from './elementary/sigmoid.js';

/**
 * Initial weights: deterministic draws, with the same bits on every machine. A matrix of weights is
 * `[outputs, inputs]`, so its fan-in is its second size and its fan-out the first.
 *
 * @packageDocumentation
 */
export { type ChronoOptions, chrono } from './init/chrono.js';
export {
  type NormalOptions,
  normal,
  type UniformOptions,
  uniform,
  type XavierOptions,
  xavierNormal,
  xavierUniform,
} from './init/draws.js';
export { type IdentityOptions, identity } from './init/identity.js';
export type { InitOptions } from './init/options.js';
export { type OrthogonalOptions, orthogonal } from './init/orthogonal.js';

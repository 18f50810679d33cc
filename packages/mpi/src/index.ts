/**
 * Data-parallel training on several processes and machines, over the MPI library of the system: each rank has a copy of
 * the model and its part of the data, and after each step all have the same parameters.
 *
 * @packageDocumentation
 */
export { type AllReduceGradientsOptions, Communicator } from './communicator.js';
export { type InitializeOptions, initialize } from './initialize.js';
export type { Combination } from './library.js';

/** What the examples share and no reader of them comes for. */
export { type Figure, figure, notRun, percent } from './figure.js';
export * from './flags/index.js';
export { type Progress, progress, type Task } from './progress.js';
export { type Given, readFlags } from './read-flags.js';
export { type Example, type Run, runExample } from './run-example.js';
export { type Track, track } from './track.js';
export { withSeeds } from './with-seeds.js';

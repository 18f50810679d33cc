/** What the examples share and no reader of them comes for. */
export { type Figure, figure, notRun, percent } from './figure.js';
export { above, type Flag, type Flags, type Options, oneOf, share, text, whole } from './flags.js';
export { type Example, type Run, runExample } from './run-example.js';
export { type Track, track } from './track.js';
export { UsageError } from './usage-error.js';

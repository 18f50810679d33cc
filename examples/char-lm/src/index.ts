/** The training without its command line and its files: it runs in browsers as it does in Node. The playground uses it. */
export { flagOf, UsageError } from 'example-runner/flags';
export { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.js';
export { hashParameters } from './checksums.js';
export { type Evaluation, evaluate } from './evaluate.js';
export type { CharModel, ModelState } from './model.js';
export { defaults, flags, type Options } from './options.js';
export { differenceInText, takeOver } from './resume.js';
export { beginRun, type Run } from './run.js';
export { sample } from './sample.js';
export { type Corpus, checkLength, corpusOf } from './text.js';
export { type Step, train } from './train.js';
export type { Curve, Point } from './training.js';

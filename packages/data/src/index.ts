/**
 * From text and series to tensors: vocabularies, windows, padding, batches and splits. Nothing reads files: text
 * comes as strings, or streams in as async iterables of them.
 *
 * @packageDocumentation
 */
export { oneHot } from '@unroll/core';
export { type Batches, type BatchesOptions, batches } from './batches.js';
export { type BpttWindows, type BpttWindowsOptions, bpttWindows, type SequenceWindow } from './bptt-windows.js';
export { CharVocabulary, type CharVocabularyJSON, type CharVocabularyOptions } from './char-vocabulary.js';
export type { Ids } from './ids.js';
export { type PaddedSequences, type PadSequencesOptions, padSequences } from './pad-sequences.js';
export type { Numbers } from './rows.js';
export { type SlidingWindows, type SlidingWindowsOptions, slidingWindows } from './sliding-windows.js';
export { type Parts, type SplitOptions, split } from './split.js';
export { encodeStream, type StreamWindowsOptions, streamWindows } from './streams.js';

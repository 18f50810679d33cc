/**
 * From text and series to tensors: vocabularies, windows, padding, batches, splits and scalers. Nothing reads files:
 * text comes as strings, or streams in as async iterables of strings or bytes.
 *
 * @packageDocumentation
 */
export { oneHot } from '@unroll/core';
export { type Batches, type BatchesOptions, batches } from './batches.js';
export { type BpttWindows, type BpttWindowsOptions, bpttWindows, type SequenceWindow } from './bptt-windows.js';
export {
  type BucketBatch,
  type BucketBatches,
  type BucketBatchesOptions,
  bucketBatches,
} from './bucket-batches.js';
export { CharVocabulary, type CharVocabularyJSON, type CharVocabularyOptions } from './char-vocabulary.js';
export { type DifferenceOptions, difference, undifference } from './difference.js';
export { type FilledSeries, type FillMissingOptions, fillMissing } from './fill-missing.js';
export type { Ids } from './ids.js';
export { type MinMaxScalerOptions, minMaxScaler } from './min-max-scaler.js';
export { type PaddedSequences, type PadSequencesOptions, padSequences } from './pad-sequences.js';
export type { Examples, PartOf, Parts } from './parts.js';
export type { Numbers } from './rows.js';
export { Scaler, type ScalerJSON } from './scaler.js';
export { type SlidingWindows, type SlidingWindowsOptions, slidingWindows } from './sliding-windows.js';
export type { SpecialWords } from './special-words.js';
export { type SplitOptions, split } from './split.js';
export { type SplitByGroupOptions, splitByGroup } from './split-by-group.js';
export { type SplitByTimeOptions, splitByTime } from './split-by-time.js';
export { standardScaler } from './standard-scaler.js';
export { encodeStream, type StreamWindowsOptions, streamWindows } from './streams.js';
export type { TextPieces } from './text-pieces.js';
export { type DeltaForm, type TimeDeltasOptions, timeDeltas } from './time-deltas.js';
export type { Times } from './times.js';
export { type Tokenizer, tokenizeWords } from './tokenize-words.js';
export type { PieceEncoder, Vocabulary } from './vocabulary.js';
export type { WordCounts } from './word-counts.js';
export {
  type EncodeWordsOptions,
  WordVocabulary,
  type WordVocabularyJSON,
  type WordVocabularyOptions,
} from './word-vocabulary.js';

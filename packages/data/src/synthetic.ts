/**
 * Classic tasks of recurrent networks and small series, drawn with a seed: nothing to download, and for each the figure
 * that a network has to beat. Each generator takes one options object with an `rng`, and answers tensors with the batch
 * first. One namespace keeps their names apart from the tools; a bundler drops what a program does not use of it.
 *
 * @packageDocumentation
 */
export {
  ADDING_PROBLEM_BASELINE,
  type AddingProblem,
  type AddingProblemOptions,
  addingProblem,
} from './synthetic/adding-problem.js';
export { AIRLINE_PASSENGERS_BASELINES, airlinePassengers } from './synthetic/airline-passengers.js';
export { ANBN_SYMBOLS, type AnbnOptions, anbn, anbnBaseline } from './synthetic/anbn.js';
export {
  type CopyMemory,
  type CopyMemoryOptions,
  type CopyMemorySizes,
  copyMemory,
  copyMemoryBaseline,
} from './synthetic/copy-memory.js';
export { DATES_BASELINE, type Dates, type DatesOptions, dates } from './synthetic/dates.js';
export { DIALOGUE_BASELINE, type Dialogue, type DialogueOptions, dialogue } from './synthetic/dialogue.js';
export {
  DIGIT_BITMAPS_BASELINE,
  type DigitBitmaps,
  type DigitBitmapsOptions,
  digitBitmaps,
} from './synthetic/digit-bitmaps.js';
export { DIGIT_SUMS_BASELINE, type DigitSums, type DigitSumsOptions, digitSums } from './synthetic/digit-sums.js';
export type { GrammarStrings } from './synthetic/grammar-strings.js';
export {
  LIST_OPS_BASELINE,
  LIST_OPS_TOKENS,
  type ListOps,
  type ListOpsOptions,
  type ListOpsTree,
  listOps,
} from './synthetic/list-ops.js';
export {
  MOVING_DIRECTIONS,
  MOVING_SHAPES,
  MOVING_SHAPES_BASELINE,
  type MovingShapes,
  type MovingShapesOptions,
  movingShapes,
} from './synthetic/moving-shapes.js';
export { type NumberWords, type NumberWordsOptions, numberToWords, numberWords } from './synthetic/number-words.js';
export type { DistinctOptions, SeriesOptions, SyntheticOptions } from './synthetic/options.js';
export { type PredictsLegalOptions, predictsLegal } from './synthetic/predicts-legal.js';
export {
  CONTINUAL_REBER_BASELINES,
  type ContinualReber,
  type ContinualReberOptions,
  continualReber,
  EMBEDDED_REBER_BASELINE,
  type EmbeddedReberStrings,
  embeddedReber,
  REBER_SYMBOLS,
  reber,
} from './synthetic/reber.js';
export { REVIEW_WORDS, REVIEWS_BASELINE, type Reviews, type ReviewsOptions, reviews } from './synthetic/reviews.js';
export {
  SCENE_COLOURS,
  SCENE_SHAPES,
  SCENES_BASELINE,
  type Scenes,
  type ScenesOptions,
  scenes,
} from './synthetic/scenes.js';
export { SENSOR_SERIES_BASELINES, type SensorSeries, sensorSeries } from './synthetic/sensor-series.js';
export type { Sentences } from './synthetic/sentences.js';
export { STOCK_SERIES_BASELINE, type StockSeries, stockSeries } from './synthetic/stock-series.js';
export {
  TAG_GRAMMAR_BASELINE,
  TAG_GRAMMAR_TAGS,
  TAG_GRAMMAR_WORDS,
  type TaggedSentences,
  tagGrammar,
} from './synthetic/tag-grammar.js';
export {
  TEMPORAL_ORDER_SYMBOLS,
  type TemporalOrder,
  type TemporalOrderOptions,
  temporalOrder,
  temporalOrderBaseline,
} from './synthetic/temporal-order.js';
export type { Texts } from './synthetic/texts.js';
export { TONE_SOUNDS, TONES_BASELINES, type Tones, type TonesOptions, tones } from './synthetic/tones.js';

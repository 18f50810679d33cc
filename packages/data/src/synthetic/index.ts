/**
 * Classic tasks of recurrent networks and small series, drawn with a seed: nothing to download, and for each the figure
 * that a network has to beat. Each generator takes one options object with an `rng`, and answers tensors with the batch
 * first. An entry of their own keeps their names apart from the tools, and programs that use none of them light.
 *
 * @packageDocumentation
 */
export {
  ADDING_PROBLEM_BASELINE,
  type AddingProblem,
  type AddingProblemOptions,
  addingProblem,
} from './adding-problem.js';
export { AIRLINE_PASSENGERS_BASELINES, airlinePassengers } from './airline-passengers.js';
export { ANBN_SYMBOLS, type AnbnOptions, anbn, anbnBaseline } from './anbn.js';
export {
  type CopyMemory,
  type CopyMemoryOptions,
  type CopyMemorySizes,
  copyMemory,
  copyMemoryBaseline,
} from './copy-memory.js';
export { DATES_BASELINE, type Dates, type DatesOptions, dates } from './dates.js';
export { DIALOGUE_BASELINE, type Dialogue, type DialogueOptions, dialogue } from './dialogue.js';
export {
  DIGIT_BITMAPS_BASELINE,
  type DigitBitmaps,
  type DigitBitmapsOptions,
  digitBitmaps,
} from './digit-bitmaps.js';
export { DIGIT_SUMS_BASELINE, type DigitSums, type DigitSumsOptions, digitSums } from './digit-sums.js';
export type { GrammarStrings } from './grammar-strings.js';
export {
  LIST_OPS_BASELINE,
  LIST_OPS_TOKENS,
  type ListOps,
  type ListOpsOptions,
  type ListOpsTree,
  listOps,
} from './list-ops.js';
export {
  MOVING_DIRECTIONS,
  MOVING_SHAPES,
  MOVING_SHAPES_BASELINE,
  type MovingShapes,
  type MovingShapesOptions,
  movingShapes,
} from './moving-shapes.js';
export { type NumberWords, type NumberWordsOptions, numberToWords, numberWords } from './number-words.js';
export type { DistinctOptions, SeriesOptions, SyntheticOptions } from './options.js';
export { type PredictsLegalOptions, predictsLegal } from './predicts-legal.js';
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
} from './reber.js';
export { REVIEW_WORDS, REVIEWS_BASELINE, type Reviews, type ReviewsOptions, reviews } from './reviews.js';
export { RING_PLACES, RING_WALK_BASELINE, type RingWalk, type RingWalkOptions, ringWalk } from './ring-walk.js';
export {
  SCENE_COLOURS,
  SCENE_SHAPES,
  SCENES_BASELINE,
  type Scenes,
  type ScenesOptions,
  scenes,
} from './scenes.js';
export { SENSOR_SERIES_BASELINES, type SensorSeries, sensorSeries } from './sensor-series.js';
export type { Sentences } from './sentences.js';
export { STOCK_SERIES_BASELINE, type StockSeries, stockSeries } from './stock-series.js';
export {
  TAG_GRAMMAR_BASELINE,
  TAG_GRAMMAR_TAGS,
  TAG_GRAMMAR_WORDS,
  type TaggedSentences,
  tagGrammar,
} from './tag-grammar.js';
export {
  TEMPORAL_ORDER_SYMBOLS,
  type TemporalOrder,
  type TemporalOrderOptions,
  temporalOrder,
  temporalOrderBaseline,
} from './temporal-order.js';
export type { Texts } from './texts.js';
export { TONE_BANDS, TONE_SOUNDS, TONES_BASELINES, type Tones, type TonesOptions, tones } from './tones.js';

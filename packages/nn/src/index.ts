/**
 * Modules, layers, losses and initialisers; recurrent cells and the one time loop that runs them, and yours.
 *
 * @packageDocumentation
 * @mergeModuleWith <project>
 */
export { AdditiveAttention, type AdditiveAttentionOptions } from './attention/additive-attention.js';
export { type Attended, type Attention, checkQuery } from './attention/attention.js';
export { DotAttention, type DotAttentionOptions } from './attention/dot-attention.js';
export { GeneralAttention, type GeneralAttentionOptions } from './attention/general-attention.js';
export { type PreparedMemory, readMemory, weigh } from './attention/memory.js';
export {
  type ScaledDotProductAttentionOptions,
  scaledDotProductAttention,
} from './attention/scaled-dot-product-attention.js';
export { type BeamSearchOptions, beamSearch } from './decode/beam-search.js';
export type { Hypothesis } from './decode/beam-writer.js';
export { type Decoded, decode } from './decode/decode.js';
export type { DecodeOptions, StepProbability } from './decode/feed.js';
export { greedy } from './decode/greedy.js';
export type { LengthPenalty } from './decode/length-penalty.js';
export { type SampleOptions, sample } from './decode/sample.js';
export type { Beginning, TokenIds } from './decode/token-ids.js';
export type { TokenModel, TokenStep } from './decode/token-model.js';
export type { Written } from './decode/write.js';
export type { WritingOptions } from './decode/writing-options.js';
export { ClipRatio } from './diagnostics/clip-ratio.js';
export { type GateSaturation, type GateSaturationOptions, gateSaturation } from './diagnostics/gate-saturation.js';
export { type GradientFlow, type GradientFlowOptions, gradientFlow } from './diagnostics/gradient-flow.js';
export { traceStates } from './diagnostics/trace-states.js';
export {
  AttentionCell,
  type AttentionCellOptions,
  type AttentionMemory,
  type AttentionOrder,
  type AttentionState,
} from './encoder-decoder/attention-cell.js';
export { attentionWeights } from './encoder-decoder/attention-weights.js';
export { Bridge, type BridgeOptions } from './encoder-decoder/bridge.js';
export { ContextCell, type ContextCellOptions, type ContextState } from './encoder-decoder/context-cell.js';
export { type BridgeLike, Decoder, type DecoderOptions } from './encoder-decoder/decoder.js';
export type { ConditionedCell, Encoded } from './encoder-decoder/encoded.js';
export { type EmbeddingLike, Encoder, type EncoderOptions } from './encoder-decoder/encoder.js';
export { readNpy, writeNpy } from './files/npy.js';
export { readNpz } from './files/npz.js';
export {
  readSafetensors,
  type TensorFile,
  type WriteSafetensorsOptions,
  writeSafetensors,
} from './files/safetensors.js';
export { readStateDict, writeStateDict } from './files/state-dict-file.js';
export * as init from './init.js';
export { ReLU, Sigmoid, Softmax, type SoftmaxOptions, Tanh } from './layers/activations.js';
export { Dropout, type DropoutLayerOptions } from './layers/dropout.js';
export { Embedding, type EmbeddingOptions } from './layers/embedding.js';
export { Layer } from './layers/layer.js';
export { LayerNorm, type LayerNormOptions } from './layers/layer-norm.js';
export { Linear, type LinearOptions } from './layers/linear.js';
export { type LayerLike, Sequential } from './layers/sequential.js';
export {
  binaryCrossEntropy,
  type CrossEntropyOptions,
  crossEntropy,
  type LossOptions,
  mae,
  mse,
  type Reduction,
} from './losses.js';
export { Module } from './module.js';
export {
  BidirectionalLayer,
  type BidirectionalOptions,
  BidirectionalPair,
  type BothWays,
  bidirectional,
  type Merge,
  type UnrolledBothWays,
} from './recurrent/bidirectional.js';
export {
  type Cell,
  type CellStep,
  checkInput,
  checkState,
  inRun,
  type Projection,
  projectionOf,
} from './recurrent/cell.js';
export {
  type Activation,
  type CellOptions,
  CoupledLSTMCell,
  GRUCell,
  type GRUCellOptions,
  type GRUState,
  type IRNNOptions,
  irnn,
  LayerNormGRUCell,
  type LayerNormGRUCellOptions,
  LayerNormLSTMCell,
  type LayerNormLSTMCellOptions,
  LSTMCell,
  type LSTMCellOptions,
  type LSTMState,
  MinimalGatedCell,
  type MinimalGatedCellOptions,
  type MinimalGatedState,
  OutputFeedbackCell,
  type OutputFeedbackCellOptions,
  type OutputFeedbackState,
  PeepholeLSTMCell,
  type PeepholeLSTMCellOptions,
  ProjectionLSTMCell,
  type ProjectionLSTMCellOptions,
  RNNCell,
  type RNNCellOptions,
  type RNNState,
} from './recurrent/cells/index.js';
export { DeepLayer, type DeepOptions, type DeepState, deep, type LayerOrCell } from './recurrent/deep.js';
export type { Lengths, RealStepsOptions, StepMask } from './recurrent/lengths.js';
export { type CellRun, observeRuns, type RunObserver, type RunResult } from './recurrent/observe-runs.js';
export { lastOutput, maxOverTime, meanOverTime, repeatOverTime, sumOverTime } from './recurrent/over-time.js';
export { RecurrentLayer, type RecurrentOptions, recurrent } from './recurrent/recurrent.js';
export type { SequenceLayer, SequenceOptions } from './recurrent/sequence-layer.js';
export { StackedCell, type StackOptions, type StackState, stack } from './recurrent/stack.js';
export { type TbpttOptions, type TbpttWindows, tbptt } from './recurrent/tbptt.js';
export type { TbpttWindow } from './recurrent/tbptt-window.js';
export { type Unrolled, type UnrollOptions, unroll } from './recurrent/unroll.js';
export { CellWrapper } from './recurrent/wrappers/cell-wrapper.js';
export { DeepTransitionCell, deepTransition } from './recurrent/wrappers/deep-transition.js';
export { LearnedInitialStateCell, learnedInitialState } from './recurrent/wrappers/learned-initial-state.js';
export { ResidualCell, residual } from './recurrent/wrappers/residual.js';
export type { StateRates } from './recurrent/wrappers/state-rates.js';
export {
  VariationalDropoutCell,
  type VariationalDropoutOptions,
  type VariationalMasks,
  type VariationalState,
  variationalDropout,
} from './recurrent/wrappers/variational-dropout.js';
export { WeightDropCell, type WeightDropOptions, weightDrop } from './recurrent/wrappers/weight-drop.js';
export { ZoneoutCell, type ZoneoutOptions, zoneout } from './recurrent/wrappers/zoneout.js';
export type { StateDict } from './state-dict.js';
export type { TorchEntry } from './torch/entry.js';
export type { TorchForm, TorchTensors } from './torch/form.js';
export {
  loadTorchStateDict,
  type TorchStateDict,
  type TorchStateDictOptions,
  toTorchStateDict,
} from './torch-state-dict.js';
export { ChildSumTreeLSTMCell } from './tree/child-sum-tree-lstm-cell.js';
export { type NaryCellOptions, NaryTreeLSTMCell } from './tree/nary-tree-lstm-cell.js';
export { RecursiveCell, type RecursiveCellOptions } from './tree/recursive-cell.js';
export { planTrees, type RowRange, type Tree, type TreeLevel, type TreePlan } from './tree/tree.js';
export { childrenInRow, type TreeCell, type TreeChildren } from './tree/tree-cell.js';
export { type UnrolledTrees, type UnrollTreeOptions, unrollTree } from './tree/unroll-tree.js';
export { withParameters } from './with-parameters.js';

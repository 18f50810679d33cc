/**
 * Tensors and their gradients: a define-by-run autograd over `ndarray`. Operations are free functions;
 * nothing is recorded unless a {@link Tape} records.
 *
 * @packageDocumentation
 * @mergeModuleWith <project>
 */
import './one-copy.js';

export { type DataType, elementary } from '@unroll/kernels';
export {
  AnomalyError,
  CodeGenerationError,
  type Complaint,
  checkOptions,
  checkSize,
  DataTypeError,
  formatShape,
  locate,
  ReleasedError,
  ShapeError,
  TapeError,
  UnrollError,
  ValueError,
} from './errors.js';
export { checkpoint } from './grad/checkpoint.js';
export { detectAnomaly } from './grad/detect-anomaly.js';
export { grad, hvp, type ValueAndGradient, valueAndGrad, vjp } from './grad/functional.js';
export { type ExportGraphOptions, exportGraph, type GraphFormat } from './graph/export-graph.js';
export type { Graph, GraphEdge, GraphNode, GraphNodeKind, GraphScope } from './graph/graph.js';
export { relu, sigmoid, softplus, tanh } from './ops/activations.js';
export { add, div, mul, neg, sub } from './ops/arithmetic.js';
export { cast } from './ops/cast.js';
export { clone } from './ops/clone.js';
export { softmaxCrossEntropy } from './ops/cross-entropy.js';
export { type DropoutOptions, dropout, dropoutMask } from './ops/dropout.js';
export { einsum } from './ops/einsum.js';
export { exp, expm1, log, log1p, pow, sqrt, square } from './ops/exponential.js';
export { abs, type ClampOptions, clamp, maximum, minimum, sign } from './ops/extrema.js';
export { gather, oneHot, scatterAdd } from './ops/gather.js';
export { concat, stack } from './ops/join.js';
export { lengthsToMask } from './ops/lengths-to-mask.js';
export { linear } from './ops/linear.js';
export { cumprod, cumsum, type LinearRecurrenceOptions, linearRecurrence } from './ops/linear-recurrence.js';
export { matmul } from './ops/matmul.js';
export { type NormOptions, norm } from './ops/norm.js';
export { requireIndices, toFloat, toTensor } from './ops/promote.js';
export { argmax, logsumexp, max, mean, min } from './ops/reductions.js';
export { equal, greater, less, where } from './ops/select.js';
export { pad, pick, slice, split } from './ops/slices.js';
export { logSoftmax, softmax } from './ops/softmax.js';
export { broadcastTo, type ReduceOptions, sum, sumTo } from './ops/sum.js';
export { type TopK, topk } from './ops/top.js';
export { type VarianceOptions, variance } from './ops/variance.js';
export { expandDims, flip, permute, reshape, squeeze, stopGradient, transpose } from './ops/views.js';
export { defaultRng, manualSeed, Rng, type RngState } from './random.js';
export { apply } from './tape/apply.js';
export { type Scope, scratch } from './tape/engine.js';
export { defineOp, type InPlacePullback, type Op, type Pullback, type Sample, type SampleInput } from './tape/op.js';
export type { OpListener, RecordedOp } from './tape/op-listeners.js';
export type { DeferredProductsReport } from './tape/recording.js';
export { formatReport, type RecordCount, type TapeReport } from './tape/report.js';
export { namedScope } from './tape/scope.js';
export { type BackwardOptions, type BackwardReport, Tape } from './tape/tape.js';
export {
  arange,
  type CreateOptions,
  fromNdarray,
  full,
  ones,
  type RandomOptions,
  randn,
  type TensorLike,
  type TensorOptions,
  tensor,
  uniform,
  zeros,
} from './tensor/create.js';
export type { NestedNumbers } from './tensor/nested.js';
export type { Layout, Shape } from './tensor/shape.js';
export type { TensorData } from './tensor/storage.js';
export { type GradListener, Tensor } from './tensor/tensor.js';
export { forEachTensor, mapTensors, type TensorTree } from './tensor/tree.js';
export {
  type AdagradSettings,
  type AdamSettings,
  type AdamState,
  type RmspropSettings,
  type RmspropState,
  type SgdSettings,
  updateAdagrad,
  updateAdam,
  updateRmsprop,
  updateSgd,
} from './tensor/update.js';
export { checkNotRecording, Parameter, Variable, zerosLike } from './tensor/variable.js';

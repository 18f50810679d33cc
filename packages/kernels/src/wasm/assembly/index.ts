// AssemblyScript, not TypeScript: `scripts/build-wasm.mjs` compiles this folder into one module.
// What is exported under a name of the kernel table is that kernel; `../load.ts` names the others.
export { useWorkArea } from './lanes';
export { abs, neg, relu, sign, sqrt, square } from './unary';
export { add, div, maximum, minimum, mul, sub, where } from './binary';
export { copy, equal, equalInt32, fill, fillInt32, greater, greaterInt32, less, lessInt32 } from './movement';
export { accumulate, addScaled, clamp, multiplyAdd, scale } from './scaling';
export { sigmoidGradient, tanhGradient } from './gradients';
export { exp, expm1 } from './exponential';
export { log, log1p } from './logarithm';
export { sigmoid, softplus, tanh } from './squashing';
export { pow } from './power';
export { sum } from './sum';
export { argmax, max, min } from './extrema';
export { crossEntropy, crossEntropyGradient, logSoftmax, logsumexp, softmax } from './softmax';
export { linearRecurrence } from './recurrence';
export { gatherRows, scatterAddRows } from './rows';
export { adagrad, adam, rmsprop, sgd } from './updates';
export { WORK_BYTES as workBytes, gemm, gemmPacked, pack, packedSize } from './gemm';

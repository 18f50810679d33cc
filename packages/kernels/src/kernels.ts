/**
 * What a kernel table is: the list of loops that the framework runs on, each over plain numbers in
 * kernel memory. A table knows no tensor, no gradient and no allocation.
 *
 * **Positions** (`x`, `a`, `out` …) are element indices into the view of kernel memory that has the
 * table's element type (`views.float32[x]`). **Strides** (`xRow`, `xCol` …) are in elements too; a
 * stride of 0 repeats, which is how broadcasting arrives here, and a negative one walks backwards.
 *
 * Every elementwise kernel is a loop over `rows` × `cols`. The caller merges axes that lie one after
 * the other in memory, so most calls are a single row, and walks any further axes itself.
 * `out` may be exactly one of the inputs (same position and strides); a partial overlap is an error
 * of the caller. Sizes of 0 are allowed everywhere and write nothing (a sum over nothing writes 0).
 */

/** Element types that kernels compute in. */
export type FloatType = 'float32' | 'float64';
/** Element types that a tensor can have; `'int32'` holds indices and masks. */
export type DataType = FloatType | 'int32';

/** `out[i, j] = f(x[i, j])`. */
export type UnaryKernel = (
  rows: number,
  cols: number,
  x: number,
  xRow: number,
  xCol: number,
  out: number,
  outRow: number,
  outCol: number,
) => void;

/** `out[i, j] = f(a[i, j], b[i, j])`. */
export type BinaryKernel = (
  rows: number,
  cols: number,
  a: number,
  aRow: number,
  aCol: number,
  b: number,
  bRow: number,
  bCol: number,
  out: number,
  outRow: number,
  outCol: number,
) => void;

/** `out[i · outStep] = f(x[i, 0], x[i, 1], …)`: each row becomes one number, in a fixed order of summation. */
export type ReduceKernel = (
  rows: number,
  cols: number,
  x: number,
  xRow: number,
  xCol: number,
  out: number,
  outStep: number,
) => void;

/** `out[i, j] = f(y[i, j], g[i, j])`, or `out[i, j] += …` when `accumulate` is 1. */
export type GradientKernel = (
  rows: number,
  cols: number,
  y: number,
  yRow: number,
  yCol: number,
  g: number,
  gRow: number,
  gCol: number,
  out: number,
  outRow: number,
  outCol: number,
  accumulate: 0 | 1,
) => void;

/** The loops that index tensors (`'int32'`) need; every table has them too. */
export interface MovementTable {
  /** `out = x`, bit for bit. */
  readonly copy: UnaryKernel;
  /** `out[i, j] = value`. */
  readonly fill: (rows: number, cols: number, value: number, out: number, outRow: number, outCol: number) => void;
  /** `out = a == b ? 1 : 0`; NaN equals nothing. */
  readonly equal: BinaryKernel;
  /** `out = a > b ? 1 : 0`. */
  readonly greater: BinaryKernel;
  /** `out = a < b ? 1 : 0`. */
  readonly less: BinaryKernel;
}

/** All loops for one floating-point type. */
export interface KernelTable extends MovementTable {
  readonly dtype: FloatType;

  readonly neg: UnaryKernel;
  readonly exp: UnaryKernel;
  /** Natural logarithm; NaN below 0. */
  readonly log: UnaryKernel;
  /** `ln(1 + x)`, precise near 0. */
  readonly log1p: UnaryKernel;
  /** `eˣ − 1`, precise near 0. */
  readonly expm1: UnaryKernel;
  readonly sqrt: UnaryKernel;
  readonly square: UnaryKernel;
  readonly abs: UnaryKernel;
  /** −1, ±0, 1; NaN stays NaN. */
  readonly sign: UnaryKernel;
  readonly tanh: UnaryKernel;
  /** `1 / (1 + e⁻ˣ)`, without overflow on either side. */
  readonly sigmoid: UnaryKernel;
  /** `max(x, 0)`; NaN stays NaN. */
  readonly relu: UnaryKernel;
  /** `ln(1 + eˣ)`, computed as `max(x, 0) + log1p(e^−|x|)`. */
  readonly softplus: UnaryKernel;

  readonly add: BinaryKernel;
  readonly sub: BinaryKernel;
  readonly mul: BinaryKernel;
  readonly div: BinaryKernel;
  /** `aᵇ` as IEEE 754's `pow` defines it (`NaN⁰ = 1`). */
  readonly pow: BinaryKernel;
  /** The larger; NaN if either is NaN. */
  readonly maximum: BinaryKernel;
  /** The smaller; NaN if either is NaN. */
  readonly minimum: BinaryKernel;

  /** `out += x`. Unlike the others it reads `out`. */
  readonly accumulate: UnaryKernel;
  /** `out += x · factor`; reads `out` as `accumulate` does. */
  readonly addScaled: (
    rows: number,
    cols: number,
    factor: number,
    x: number,
    xRow: number,
    xCol: number,
    out: number,
    outRow: number,
    outCol: number,
  ) => void;
  /** `out += a · b`; reads `out` as `accumulate` does. */
  readonly multiplyAdd: BinaryKernel;
  /** `out = g · (1 − y²)`, where y is what `tanh` answered, and g where g is 0; `out += …` when `accumulate` is 1. */
  readonly tanhGradient: GradientKernel;
  /** `out = g · y · (1 − y)`, where y is what `sigmoid` answered, and g where g is 0; `out += …` when `accumulate` is 1. */
  readonly sigmoidGradient: GradientKernel;
  /** `out = x · factor`. */
  readonly scale: (
    rows: number,
    cols: number,
    factor: number,
    x: number,
    xRow: number,
    xCol: number,
    out: number,
    outRow: number,
    outCol: number,
  ) => void;
  /** `out = min(max(x, low), high)`; NaN stays NaN. */
  readonly clamp: (
    rows: number,
    cols: number,
    low: number,
    high: number,
    x: number,
    xRow: number,
    xCol: number,
    out: number,
    outRow: number,
    outCol: number,
  ) => void;
  /** `out = condition ≠ 0 ? a : b`; the side that is not taken is not looked at (NaN counts as ≠ 0). */
  readonly where: (
    rows: number,
    cols: number,
    condition: number,
    conditionRow: number,
    conditionCol: number,
    a: number,
    aRow: number,
    aCol: number,
    b: number,
    bRow: number,
    bCol: number,
    out: number,
    outRow: number,
    outCol: number,
  ) => void;

  readonly sum: ReduceKernel;
  /** NaN if any is NaN; −∞ over nothing. */
  readonly max: ReduceKernel;
  /** NaN if any is NaN; ∞ over nothing. */
  readonly min: ReduceKernel;
  /** `ln Σ eˣ`, with the maximum taken out first; −∞ over nothing. */
  readonly logsumexp: ReduceKernel;
  /** Index of the first largest entry of each row (a NaN counts as largest); `out` is a position in `views.int32`. */
  readonly argmax: ReduceKernel;
  /** Each row divided into shares: `eˣ⁻ᵐ / Σ eˣ⁻ᵐ`, m the row's maximum. */
  readonly softmax: UnaryKernel;
  /** `x − m − ln Σ eˣ⁻ᵐ` of each row. */
  readonly logSoftmax: UnaryKernel;

  /**
   * `out[i · outStep] = ln Σⱼ e^x[i, j] − x[i, ids[i]]`: the cross-entropy of each row's class.
   * `ids` is a position in `views.int32`, its entries are trusted.
   */
  readonly crossEntropy: (
    rows: number,
    cols: number,
    x: number,
    xRow: number,
    xCol: number,
    ids: number,
    out: number,
    outStep: number,
  ) => void;
  /** `out[i, j] = g[i · gStep] · (softmax(x[i, :])[j] − [j = ids[i]])`, or `out += …` when `accumulate` is 1. */
  readonly crossEntropyGradient: (
    rows: number,
    cols: number,
    x: number,
    xRow: number,
    xCol: number,
    ids: number,
    g: number,
    gStep: number,
    out: number,
    outRow: number,
    outCol: number,
    accumulate: 0 | 1,
  ) => void;

  /**
   * Each row a sequence: `out[i, 0] = b[i, 0]`, then `out[i, j] = a[i, j − 1] · out[i, j − 1] + b[i, j]`. a has
   * `cols − 1` columns, the factors between neighbours. `out` may be b, but does not overlap a.
   */
  readonly linearRecurrence: BinaryKernel;

  /**
   * `C = A·B`, or `C += A·B` when `accumulate` is 1. A is `m × k`, B `k × n`, C `m × n`; strides say
   * which of them are transposed. The order of summation depends on the whole shape only.
   * C overlaps neither A nor B.
   */
  readonly gemm: (
    m: number,
    n: number,
    k: number,
    a: number,
    aRow: number,
    aCol: number,
    b: number,
    bRow: number,
    bCol: number,
    c: number,
    cRow: number,
    cCol: number,
    accumulate: 0 | 1,
  ) => void;

  /** How many numbers `pack` writes for a `k × n` matrix; 0 where that brings nothing, and products take B as it lies. */
  readonly packedSize: (n: number, k: number) => number;
  /** Brings B into the order in which `gemmPacked` reads it, once for many products. */
  readonly pack: (n: number, k: number, b: number, bRow: number, bCol: number, panel: number) => void;
  /** `gemm` with a B that `pack` has prepared: the same bits. */
  readonly gemmPacked: (
    m: number,
    n: number,
    k: number,
    a: number,
    aRow: number,
    aCol: number,
    panel: number,
    c: number,
    cRow: number,
    cCol: number,
    accumulate: 0 | 1,
  ) => void;

  /** `out[i, :] = table[ids[i], :]`; `ids` is a position in `views.int32`, its entries are trusted. */
  readonly gatherRows: (
    count: number,
    width: number,
    table: number,
    tableRow: number,
    tableCol: number,
    ids: number,
    out: number,
    outRow: number,
    outCol: number,
  ) => void;
  /** `out[ids[i], :] += x[i, :]`, in the order of `i`. */
  readonly scatterAddRows: (
    count: number,
    width: number,
    x: number,
    xRow: number,
    xCol: number,
    ids: number,
    out: number,
    outRow: number,
    outCol: number,
  ) => void;

  /**
   * One step of gradient descent on `n` numbers that lie together. With `velocity` ≥ 0:
   * `v ← momentum·v + g`, `p ← p − lr·v` (nesterov: `p ← p − lr·(g + momentum·v)`), where
   * `g` is the gradient plus `weightDecay·p`. A `velocity` of −1 means no momentum.
   */
  readonly sgd: (
    n: number,
    parameter: number,
    gradient: number,
    velocity: number,
    lr: number,
    momentum: number,
    nesterov: 0 | 1,
    weightDecay: number,
  ) => void;
  /**
   * `s ← alpha·s + (1 − alpha)·g²`; centered (`mean` ≥ 0): `m ← alpha·m + (1 − alpha)·g` and
   * `q = max(s − m², 0)`, else `q = s`; the divisor is `√q + eps`, or `√(q + eps)` when `epsInside` is 1;
   * with `velocity` ≥ 0: `v ← momentum·v + g / divisor`, `p ← p − lr·v`, else `p ← p − lr·g / divisor`.
   */
  readonly rmsprop: (
    n: number,
    parameter: number,
    gradient: number,
    squareAverage: number,
    mean: number,
    velocity: number,
    lr: number,
    alpha: number,
    eps: number,
    epsInside: 0 | 1,
    momentum: number,
    weightDecay: number,
  ) => void;
  /**
   * `s ← s + g²`, `p ← p − lr·g / (√s + eps)`, where `g` is the gradient plus `weightDecay·p`.
   */
  readonly adagrad: (
    n: number,
    parameter: number,
    gradient: number,
    squareSum: number,
    lr: number,
    eps: number,
    weightDecay: number,
  ) => void;
  /**
   * `m ← beta1·m + (1 − beta1)·g`, `v ← beta2·v + (1 − beta2)·g²`,
   * `p ← p − lr · (m / correction1) / (√(v / correction2) + eps)`, where `g` is the gradient plus
   * `weightDecay·p` and `correctionᵢ = 1 − betaᵢᵗ` comes from the caller. When `decoupled` is 1, `g` is the gradient
   * alone, and `p` loses `lr·weightDecay·p` too.
   */
  readonly adam: (
    n: number,
    parameter: number,
    gradient: number,
    firstMoment: number,
    secondMoment: number,
    lr: number,
    beta1: number,
    beta2: number,
    eps: number,
    correction1: number,
    correction2: number,
    weightDecay: number,
    decoupled: 0 | 1,
  ) => void;
}

/** The tables that the framework runs on together. A set without `float64` can hold no float64 tensor. */
export interface KernelSet {
  /** Shown in reports and error messages. */
  readonly name: string;
  /** May be a getter that throws where this engine cannot run the set: `useKernels` asks for it before it chooses. */
  readonly float32: KernelTable;
  readonly float64?: KernelTable;
  /** Where kernels replace some of another set's: how other threads get them too. */
  readonly layer?: KernelLayer;
  /** Among how many threads calls are divided; one unless given. */
  readonly threads?: number;
}

/** Kernels that stand around those of another set, made anew in each thread. */
export interface KernelLayer {
  readonly over: KernelSet;
  /** URL of a module that exports `replaceKernels: (table: KernelTable, settings) => KernelTable`. */
  readonly module: string;
  /** Handed to it; another thread gets a copy. */
  readonly settings: unknown;
}

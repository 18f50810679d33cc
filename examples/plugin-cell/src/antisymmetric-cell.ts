/** The antisymmetric recurrent network, a cell for Unroll. */
import {
  add,
  checkOptions,
  checkSize,
  type DataType,
  defaultRng,
  linear,
  mul,
  Parameter,
  type Rng,
  sub,
  type Tensor,
  tanh,
  transpose,
  ValueError,
  zeros,
} from '@unroll/core';
import { type Cell, type CellStep, checkInput, checkState, init, Module } from '@unroll/nn';

/** Options of {@link AntisymmetricCell}. */
export interface AntisymmetricCellOptions {
  /** D of the inputs. */
  readonly inputSize: number;
  /** H of the outputs. */
  readonly hiddenSize: number;
  /** ε, how far a step goes: 0.1 unless given. */
  readonly stepSize?: number | undefined;
  /** γ, how fast what is remembered fades: 0.01 unless given. */
  readonly diffusion?: number | undefined;
  /** Draws the initial weights; `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
  /** Of the parameters: `'float32'` unless something else is said. */
  readonly dtype?: DataType | undefined;
}

/** The state of an {@link AntisymmetricCell}. */
export type AntisymmetricState = {
  /** `[N, H]`. */
  readonly h: Tensor;
};

/**
 * The antisymmetric recurrent network, a step of Euler's method along a differential equation that neither explodes nor
 * forgets:
 *
 * ```text
 * h' = h + ε·tanh((W − Wᵀ − γ·I)·h + V·x + b)
 * ```
 *
 * with the output h'. An antisymmetric matrix has imaginary eigenvalues only, so what is in the state turns around in it
 * instead of growing or fading, and γ makes up for what Euler's method adds. W and V start normal with a variance of
 * 1/H and 1/D, the bias at 0.
 *
 * Shapes: x `[N, D]`, h `[N, H]`; weightIh (V) `[H, D]`, weightHh (W) `[H, H]`, bias `[H]`.
 * Errors: `ShapeError` for an input or state that does not fit; `ValueError` for unknown options or bad sizes.
 * @source B. Chang, M. Chen, E. Haber, E. H. Chi, "AntisymmetricRNN: A dynamical system view on recurrent neural networks",
 * ICLR 2019 (arXiv:1902.09689)
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { unroll } from '@unroll/nn';
 * import { AntisymmetricCell } from 'unroll-antisymmetric';
 * const cell = new AntisymmetricCell({ inputSize: 3, hiddenSize: 5 });
 * unroll(cell, randn([2, 7, 3])).outputs.shape; // [2, 7, 5]
 * ```
 */
export class AntisymmetricCell extends Module implements Cell<AntisymmetricState> {
  readonly inputSize: number;
  readonly outputSize: number;
  /** ε. */
  readonly stepSize: number;
  /** γ. */
  readonly diffusion: number;
  /** V, `[H, D]`. */
  readonly weightIh: Parameter;
  /** W, `[H, H]`. */
  readonly weightHh: Parameter;
  /** b, `[H]`. */
  readonly bias: Parameter;
  /** W − Wᵀ − γ·I of the run that is going on; null outside of one. */
  #recurrent: Tensor | null = null;

  constructor(options: AntisymmetricCellOptions) {
    super();
    const op = 'new AntisymmetricCell';
    checkOptions(op, options, ['inputSize', 'hiddenSize', 'stepSize', 'diffusion', 'rng', 'dtype']);
    const { inputSize: D, hiddenSize: H, stepSize = 0.1, diffusion = 0.01 } = options;
    const { rng = defaultRng(), dtype = 'float32' } = options;
    checkSize(op, 'inputSize', D);
    checkSize(op, 'hiddenSize', H);
    this.inputSize = D;
    this.outputSize = H;
    this.stepSize = checkPositive(op, 'stepSize', stepSize);
    this.diffusion = checkPositive(op, 'diffusion', diffusion);
    this.weightIh = new Parameter(init.normal([H, D], { std: Math.sqrt(1 / D), rng, dtype }));
    this.weightHh = new Parameter(init.normal([H, H], { std: Math.sqrt(1 / H), rng, dtype }));
    this.bias = new Parameter(zeros([H], { dtype }));
  }

  initialState(batch: number): AntisymmetricState {
    return { h: zeros([batch, this.outputSize], { dtype: this.bias.dtype }) };
  }

  step(x: Tensor, state: AntisymmetricState): CellStep<AntisymmetricState> {
    return this.stepProjected(this.project(x), state);
  }

  // What needs the input alone: unroll asks for it once, for all steps together.
  project(x: Tensor): Tensor {
    return linear(checkInput('AntisymmetricCell', x, this.inputSize), this.weightIh, this.bias);
  }

  stepProjected(p: Tensor, { h }: AntisymmetricState): CellStep<AntisymmetricState> {
    checkState('AntisymmetricCell', { h }, p.shape[0] ?? 0, this.outputSize);
    const recurrent = this.#recurrent ?? this.#antisymmetric();
    const hNext = add(h, mul(this.stepSize, tanh(linear(h, recurrent, p))));
    return { output: hNext, state: { h: hNext } };
  }

  // The matrix is the same in all steps of a run, so it is made once; its gradient flows through all of them.
  inRun<T>(fn: () => T): T {
    if (this.#recurrent !== null) return fn();
    this.#recurrent = this.#antisymmetric();
    try {
      return fn();
    } finally {
      this.#recurrent = null;
    }
  }

  #antisymmetric(): Tensor {
    const { weightHh: W, outputSize: H } = this;
    const damping = init.identity([H, H], { gain: this.diffusion, dtype: W.dtype });
    return sub(sub(W, transpose(W)), damping);
  }
}

function checkPositive(op: string, name: string, value: number): number {
  if (value >= 0 && Number.isFinite(value)) return value;
  throw new ValueError({
    op,
    what: `${name} is ${value}`,
    rule: 'it must be finite and not negative',
    mend: `Correct ${name}`,
  });
}

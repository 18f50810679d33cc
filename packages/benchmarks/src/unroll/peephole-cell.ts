/**
 * A cell from elementary operations, as an outsider writes it: the LSTM whose gates look at the memory. It multiplies
 * its input in every step; {@link ProjectedPeepholeCell} lets `unroll` do that for all steps at once.
 */
import { add, matmul, mul, Parameter, type Rng, randn, sigmoid, split, type Tensor, tanh, zeros } from '@unroll/core';
import { type Cell, type CellStep, Module } from '@unroll/nn';

export type PeepholeState = { readonly h: Tensor; readonly c: Tensor };

/** `i = σ(… + p_i ⊙ c)`, `f = σ(… + p_f ⊙ c)`, `c' = f ⊙ c + i ⊙ g`, `o = σ(… + p_o ⊙ c')`, `h' = o ⊙ tanh(c')`. */
export class PeepholeCell extends Module implements Cell<PeepholeState> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly inputWeight: Parameter;
  readonly hiddenWeight: Parameter;
  readonly bias: Parameter;
  readonly peepholes: readonly [i: Parameter, f: Parameter, o: Parameter];

  constructor(inputSize: number, hiddenSize: number, rng: Rng) {
    super();
    this.inputSize = inputSize;
    this.outputSize = hiddenSize;
    const scaled = (shape: number[]) => new Parameter(mul(randn(shape, { rng }), hiddenSize ** -0.5));
    this.inputWeight = scaled([inputSize, 4 * hiddenSize]);
    this.hiddenWeight = scaled([hiddenSize, 4 * hiddenSize]);
    this.bias = new Parameter(zeros([4 * hiddenSize]));
    this.peepholes = [scaled([hiddenSize]), scaled([hiddenSize]), scaled([hiddenSize])];
  }

  initialState(batch: number): PeepholeState {
    return { h: zeros([batch, this.outputSize]), c: zeros([batch, this.outputSize]) };
  }

  step(x: Tensor, { h, c }: PeepholeState): CellStep<PeepholeState> {
    return this.gates(add(matmul(x, this.inputWeight), matmul(h, this.hiddenWeight), this.bias), c);
  }

  protected gates(sums: Tensor, c: Tensor): CellStep<PeepholeState> {
    const [pi, pf, po] = this.peepholes;
    const [i, f, g, o] = split(sums, 4, 1) as [Tensor, Tensor, Tensor, Tensor];
    const cNext = add(mul(sigmoid(add(f, mul(pf, c))), c), mul(sigmoid(add(i, mul(pi, c))), tanh(g)));
    const hNext = mul(sigmoid(add(o, mul(po, cNext))), tanh(cNext));
    return { output: hNext, state: { h: hNext, c: cNext } };
  }
}

/** The same numbers, with the input's product split off. */
export class ProjectedPeepholeCell extends PeepholeCell {
  project(x: Tensor): Tensor {
    return add(matmul(x, this.inputWeight), this.bias);
  }

  stepProjected(p: Tensor, { h, c }: PeepholeState): CellStep<PeepholeState> {
    return this.gates(add(p, matmul(h, this.hiddenWeight)), c);
  }
}

/** The nonlinearity that a cell lets its user choose. */
import { relu, type Tensor, tanh, ValueError } from '@unroll/core';

/** A nonlinearity of a cell: by name, or a function that keeps the shape. */
export type Activation = 'tanh' | 'relu' | ((x: Tensor) => Tensor);

/** The activation that was chosen, tanh unless one was. Errors: `ValueError`. */
export function checkActivation(op: string, activation: Activation = 'tanh'): Activation {
  if (activation === 'tanh' || activation === 'relu' || typeof activation === 'function') return activation;
  throw new ValueError({
    op,
    what: `activation is '${String(activation)}'`,
    rule: "the activations are 'tanh', 'relu', or a function of a tensor",
    mend: 'Pass one of them',
  });
}

/** The activation of x. */
export function activate(activation: Activation, x: Tensor): Tensor {
  if (typeof activation === 'function') return activation(x);
  return activation === 'tanh' ? tanh(x) : relu(x);
}

/** Refuses an activation that PyTorch's cell of the same kind does not have. Errors: `ValueError`. */
export function requireTanh(op: string, activation: Activation): void {
  if (activation === 'tanh') return;
  throw new ValueError({
    op,
    what: `activation is ${activation === 'relu' ? "'relu'" : 'a function'}`,
    rule: "PyTorch's cell has tanh, and weights of one function are wrong in another",
    mend: "Build the cell with { activation: 'tanh' }",
  });
}

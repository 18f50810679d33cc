/** PyTorch's recurrences have two biases, which are added; ours have one, and what must stay apart. */
import { add, concat, slice, type Variable, zeros } from '@unroll/core';
import type { TorchForm } from './form.js';

type TorchName = 'weight_ih' | 'weight_hh' | 'bias_ih' | 'bias_hh';

interface Weights {
  readonly weightIh: Variable;
  readonly weightHh: Variable;
  readonly bias: Variable;
}

/** Both biases are one: PyTorch's are added, and of ours the first takes all. */
export function cellForm({ weightIh, weightHh, bias }: Weights): TorchForm<TorchName> {
  const { dtype, shape } = bias;
  return {
    tensors: { weight_ih: weightIh, weight_hh: weightHh, bias_ih: bias, bias_hh: zeros(shape, { dtype }) },
    values: ({ weight_ih, weight_hh, bias_ih, bias_hh }) => [
      [weightIh, weight_ih],
      [weightHh, weight_hh],
      [bias, add(bias_ih, bias_hh)],
    ],
    modules: {},
    layer: true,
  };
}

/** The same, and the projection of nn.LSTM with proj_size, which nn.LSTMCell does not have. */
export function projectionForm(weights: Weights, weightHr: Variable): TorchForm<TorchName | 'weight_hr'> {
  const { tensors, values, ...rest } = cellForm(weights);
  return {
    ...rest,
    tensors: { ...tensors, weight_hr: weightHr },
    values: (given) => [...values(given), [weightHr, given.weight_hr]],
  };
}

/** As {@link cellForm}, but for the second bias of the new gate, the last of three: what the reset gate acts on. */
export function gruForm({ weightIh, weightHh, bias }: Weights, biasHn: Variable): TorchForm<TorchName> {
  const { dtype, size: H } = biasHn;
  return {
    tensors: {
      weight_ih: weightIh,
      weight_hh: weightHh,
      bias_ih: bias,
      bias_hh: concat([zeros([2 * H], { dtype }), biasHn]),
    },
    values: ({ weight_ih, weight_hh, bias_ih, bias_hh }) => [
      [weightIh, weight_ih],
      [weightHh, weight_hh],
      [bias, add(bias_ih, concat([slice(bias_hh, 0, 0, 2 * H), zeros([H], { dtype })]))],
      [biasHn, slice(bias_hh, 0, 2 * H)],
    ],
    modules: {},
    layer: true,
  };
}

/** States of any structure, as the tensors in them. */
import { forEachTensor, mapTensors, type Tensor, type TensorTree } from '@unroll/core';

/** The tensors of a state, in the order in which `mapTensors` comes to them. */
export function partsOf(state: TensorTree): Tensor[] {
  const parts: Tensor[] = [];
  forEachTensor(state, (part) => parts.push(part));
  return parts;
}

/** States of one structure as one: the tensors at each place, put together by `join`. */
export function joinStates<State extends TensorTree>(
  states: readonly State[],
  join: (parts: readonly Tensor[]) => Tensor,
): State {
  const columns = states.map(partsOf);
  let i = 0;
  return mapTensors(states[0] as State, () => {
    const parts = columns.map((column) => column[i] as Tensor);
    i += 1;
    return join(parts);
  });
}

/** The inputs that an operation's samples describe. */
import type { Rng } from '../random.js';
import type { Sample, SampleInput } from '../tape/op.js';
import { randn, tensor, uniform } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';

function drawInput(input: SampleInput, dtype: 'float32' | 'float64', rng: Rng): Tensor {
  if ('values' in input) return tensor(input.values, { dtype: input.dtype ?? dtype });
  if (input.between === undefined) return randn(input.shape, { dtype, rng });
  return uniform(input.shape, ...input.between, { dtype, rng });
}

/** Draws the inputs of a sample. */
export function drawSample(sample: Sample<unknown>, dtype: 'float32' | 'float64', rng: Rng): Tensor[] {
  return sample.inputs.map((input) => drawInput(input, dtype, rng));
}

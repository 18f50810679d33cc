/** Files run by ONNX Runtime, and compared with the program that they came from. */
import { mapTensors, type Tensor, type TensorTree } from '@unroll/core';
import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { expect } from 'vitest';
import { type ExportOnnxOptions, exportOnnx, type OnnxModel } from './export-onnx.js';

/** Tensors by their names in a file. */
export type Named = Readonly<Record<string, Tensor>>;

/** Tensors of a tree by the names that they have in a file. */
export function named(tree: TensorTree, single: 'input' | 'output', taken: readonly string[] = []): Named {
  const result: Record<string, Tensor> = {};
  mapTensors(tree, (t, path) => {
    const name = path === '' || path.startsWith('[') ? `${single}${path}` : path;
    result[taken.includes(name) ? `next.${name}` : name] = t;
    return t;
  });
  return result;
}

/** The largest distance between two results; they have one shape and type. */
function distance(own: Tensor, other: OnnxTensor | undefined): number {
  expect(other?.dims).toEqual(own.shape);
  expect(other?.type).toBe(own.dtype);
  const numbers = other?.data as ArrayLike<number>;
  let largest = 0;
  for (const [i, x] of own.data.entries()) {
    const y = Number(numbers[i]);
    if (!Object.is(x, y) && x !== y) largest = Math.max(largest, Number.isNaN(x - y) ? Infinity : Math.abs(x - y));
  }
  return largest;
}

/** Exports a model once, and runs it and the file on each of the inputs. */
export async function expectSame<Inputs extends object>(
  model: OnnxModel<NoInfer<Inputs>>,
  example: Inputs,
  others: readonly Inputs[],
  options?: ExportOnnxOptions,
): Promise<void> {
  const file = exportOnnx(model, example, options);
  const session = await InferenceSession.create(file, { logSeverityLevel: 3 });
  for (const inputs of [example, ...others]) {
    const given = named(inputs as TensorTree, 'input');
    const outputs = typeof model === 'function' ? model(inputs) : model.forward(inputs);
    const expected = named(outputs as TensorTree, 'output', Object.keys(given));
    const feeds = Object.entries(given).map(([name, { data, shape, dtype }]) => {
      return [name, new OnnxTensor(dtype, data, [...shape])] as const;
    });
    const results = await session.run(Object.fromEntries(feeds));
    expect(Object.keys(results).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, t] of Object.entries(expected)) {
      expect(distance(t, results[name] as OnnxTensor | undefined), name).toBeLessThan(1e-5);
    }
  }
  await session.release();
}

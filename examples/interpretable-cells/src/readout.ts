/** What all units know together, however it is spread over them. */
import { Rng, Tape, type Tensor } from '@unroll/core';
import { Linear, mse } from '@unroll/nn';
import { Adam } from '@unroll/optim';
import { correlations, standardized } from './units.js';

/** Units over some passages, and what there was to keep track of. Shapes: `[S, U]`, `[S, P]`. */
export interface Reading {
  readonly units: Tensor;
  readonly properties: Tensor;
}

const UPDATES = 300;

/** Fits a weighted sum of all units to each property, and says how it correlates with the property on other passages. */
export function readout(fittedTo: Reading, judgedBy: Reading): number[] {
  const [x, y] = [standardized(fittedTo.units), standardized(fittedTo.properties)];
  const [, inputSize = 0] = x.shape;
  const [, outputSize = 0] = y.shape;
  const layer = new Linear({ inputSize, outputSize, rng: new Rng(1) });
  const optimizer = new Adam(layer.parameters(), { lr: 0.01 });
  const tape = new Tape();
  for (let update = 0; update < UPDATES; update++) {
    const loss = tape.record(() => mse(layer.forward(x), y));
    optimizer.zeroGrad();
    tape.backward(loss);
    optimizer.step();
  }
  const told = layer.forward(standardized(judgedBy.units));
  const all = correlations(judgedBy.properties, told).toArray() as number[][];
  return all.map((row, p) => row[p] ?? 0);
}

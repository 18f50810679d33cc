/** The chain rule: from a result back through the records that made it, last first. A loop, never a recursion. */
import { settle } from '../tape/engine.js';
import type { InPlacePullback } from '../tape/op.js';
import type { OpRecord, Recording } from '../tape/recording.js';
import type { Tensor } from '../tensor/tensor.js';
import { DeferredProducts } from './deferred-products.js';
import { Gradients, type WalkOptions } from './gradients.js';

/**
 * Marks each node up to `last` that depends on a source through differentiable operations.
 * Gradients are computed for marked nodes only.
 */
export function markDependents(recording: Recording, last: number, isSource: (node: number) => boolean): Uint8Array {
  const marks = new Uint8Array(last + 1);
  const { records, inputNodes } = recording;
  for (let node = 0; node <= last; node++) {
    const { op, inputs, firstInput } = records[node] as OpRecord;
    if (isSource(node)) marks[node] = 1;
    else if (op !== null && op.vjp !== null) {
      for (let i = 0; i < inputs.length; i++) {
        const input = inputNodes[firstInput + i] as number;
        if (input >= 0 && marks[input] === 1) marks[node] = 1;
      }
    }
  }
  return marks;
}

/** Walks from `last`, whose gradient is `seed`, to the beginning. */
export function walk(recording: Recording, last: number, seed: Tensor, options: WalkOptions): Gradients {
  const { marks, sources, recorded } = options;
  const gradients = new Gradients(recording, last + 1, options);
  const deferred = new DeferredProducts(gradients);
  const { records, inputNodes } = recording;
  gradients.add(last, seed, 'seed');

  // One object serves all records: it is filled anew for each.
  let record = records[last] as OpRecord;
  const nodeOf = (i: number): number => inputNodes[record.firstInput + i] as number;
  const pullback: { -readonly [Key in keyof InPlacePullback<unknown>]: InPlacePullback<unknown>[Key] } = {
    gradient: seed,
    inputs: record.inputs,
    output: seed,
    attributes: null,
    wants: (i) => nodeOf(i) >= 0 && marks[nodeOf(i)] === 1,
    add: (i, gradient) => gradients.add(nodeOf(i), gradient, record.op?.name ?? ''),
    buffer: (i) => gradients.buffer(nodeOf(i)),
    addProduct: (i, left, right) => deferred.add(nodeOf(i), left, right),
  };

  for (let node = last; node >= 0; node--) {
    if (marks[node] !== 1) continue;
    deferred.flush(node);
    const gradient = gradients.get(node);
    if (gradient === null) continue;
    record = records[node] as OpRecord;
    const { op } = record;
    if (!gradients.landed(node) && op !== null && op.vjp !== null && anyWanted(record.inputs, pullback.wants)) {
      pullback.gradient = gradient;
      pullback.inputs = record.inputs;
      pullback.output = record.output as Tensor;
      pullback.attributes = record.attributes;
      if (op.backward !== undefined && !recorded) {
        // A constant that another recording has used since may have left kernel memory.
        for (const input of record.inputs) settle(input);
        op.backward(pullback);
      } else {
        const shares = op.vjp(pullback);
        // Held while they are added: one tensor may be the share of several inputs.
        for (const share of shares) if (share !== null) gradients.hold(share);
        for (let i = 0; i < shares.length; i++) {
          const share = shares[i] ?? null;
          if (share !== null && pullback.wants(i)) gradients.add(nodeOf(i), share, op.name);
        }
        for (const share of shares) if (share !== null) gradients.release(share);
      }
    }
    if (!sources(node)) gradients.drop(node);
  }
  return gradients;
}

function anyWanted(inputs: readonly Tensor[], wants: (i: number) => boolean): boolean {
  for (let i = 0; i < inputs.length; i++) if (wants(i)) return true;
  return false;
}

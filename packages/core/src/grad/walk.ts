/** The chain rule: from a result back through the records that made it, last first. A loop, never a recursion. */
import { engine, settle } from '../tape/engine.js';
import type { InPlacePullback } from '../tape/op.js';
import type { OpRecord, Recording } from '../tape/recording.js';
import type { Tensor } from '../tensor/tensor.js';
import { DeferredProducts } from './deferred-products.js';
import { tellGradient } from './grad-listeners.js';
import { Gradients, type Surroundings, type WalkOptions } from './gradients.js';
import { type WalkObserver, walkObservers } from './walk-observer.js';

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

/** A walk in the middle of a record. */
interface Halt {
  readonly gradients: Gradients;
  readonly products: DeferredProducts;
  readonly watch: WalkObserver | null;
  /** The node of input `i` of the record. */
  readonly nodeOf: (i: number) => number;
}

/** The innermost walk that is going on, for records that hold a segment. */
let halt: Halt | null = null;

/**
 * Walks through a segment, recorded anew, whose last node has the gradient of the record that is at hand. Leaves
 * stand for inputs of that record by number; their gradients are added to where the walk around adds them.
 */
export function walkSegment(
  segment: Recording,
  last: number,
  gradient: Tensor,
  leaves: ReadonlyMap<number, number>,
): void {
  const around = halt as Halt;
  const nodes = new Map([...leaves].map(([leaf, i]) => [leaf, around.nodeOf(i)]));
  const sources = (node: number): boolean => nodes.has(node);
  const marks = markDependents(segment, last, sources);
  if (marks[last] !== 1) return;
  const gradients = walk(segment, last, gradient, { marks, sources, recorded: false }, { ...around, nodes });
  around.products.leave(gradients);
}

/** Where a walk through a segment stands. */
type Around = Surroundings & Omit<Halt, 'nodeOf'>;

/** Walks from `last`, whose gradient is `seed`, to the beginning. */
export function walk(
  recording: Recording,
  last: number,
  seed: Tensor,
  options: WalkOptions,
  around: Around | null = null,
): Gradients {
  const go = (): Gradients => walkBack(recording, last, seed, options, around);
  return engine.watch === null ? go() : engine.watch.quietly(go);
}

function walkBack(
  recording: Recording,
  last: number,
  seed: Tensor,
  options: WalkOptions,
  around: Around | null,
): Gradients {
  const { marks, sources, recorded } = options;
  const gradients = new Gradients(recording, last + 1, options, around);
  const deferred = new DeferredProducts(gradients, around);
  const { records, inputNodes } = recording;
  const watch = walkObservers.of?.(recording, gradients, options, around) ?? null;
  gradients.add(last, seed, 'seed');
  watch?.begin(last, seed);

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
    addProduct: (i, left, right) => {
      watch?.postpone(i, left, right);
      deferred.add(nodeOf(i), left, right);
    },
  };

  const here: Halt = { gradients, products: deferred, watch, nodeOf };

  for (let node = last; node >= 0; node--) {
    if (marks[node] !== 1) continue;
    deferred.flush(node);
    if (gradients.get(node) === null) continue;
    record = records[node] as OpRecord;
    const { op } = record;
    watch?.reached(node);
    const listeners = (record.output as Tensor).gradListeners;
    // What has landed holds more than its own: somebody began to listen on the way.
    if (listeners !== null && !gradients.landed(node) && tellGradient(gradients, node, listeners, recorded)) {
      watch?.replaced();
    }
    if (!gradients.landed(node) && op !== null && op.vjp !== null && anyWanted(record.inputs, pullback.wants)) {
      pullback.gradient = gradients.get(node) as Tensor;
      pullback.inputs = record.inputs;
      pullback.output = record.output as Tensor;
      pullback.attributes = record.attributes;
      if (op.backward !== undefined && !recorded) {
        // A constant that another recording has used since may have left kernel memory.
        for (const input of record.inputs) settle(input);
        const outerHalt = halt;
        halt = here;
        try {
          op.backward(pullback);
        } finally {
          halt = outerHalt;
        }
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
      watch?.passed();
    }
    if (sources(node)) watch?.arrived();
    else gradients.drop(node);
  }
  recording.deferredProducts = deferred.report;
  return gradients;
}

function anyWanted(inputs: readonly Tensor[], wants: (i: number) => boolean): boolean {
  for (let i = 0; i < inputs.length; i++) if (wants(i)) return true;
  return false;
}

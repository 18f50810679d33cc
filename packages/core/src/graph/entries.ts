/** A recording read as the nodes of a graph, before anything is folded. */
import { markDependents } from '../grad/walk.js';
import type { Scope } from '../tape/engine.js';
import type { OpRecord, Recording } from '../tape/recording.js';
import type { Tensor } from '../tensor/tensor.js';
import { Parameter } from '../tensor/variable.js';
import type { GraphNode } from './graph.js';

/** A node, with the entries that it reads in the order of its inputs. */
export interface Entry extends Omit<GraphNode, 'id' | 'scope'> {
  readonly scope: Scope | null;
  readonly reads: readonly number[];
}

/** Everything that a recording holds, in the order of creation. */
export function readEntries(recording: Recording): Entry[] {
  const { records, inputNodes, count } = recording;
  const losses = lossesOf(recording);
  const entries: Entry[] = [];
  const entryOf = new Int32Array(count);
  for (let node = 0; node < count; node++) {
    const { op, inputs, output, scope, firstInput } = records[node] as OpRecord;
    const { shape, dtype } = output as Tensor;
    if (op === null) {
      entryOf[node] = entries.push({ ...leafOf(output as Tensor), shape, dtype, scope: null, reads: [] }) - 1;
      continue;
    }
    const reads = inputs.map((input, i) => {
      const from = inputNodes[firstInput + i] as number;
      if (from >= 0) return entryOf[from] as number;
      return entries.push({ ...constantOf(input), shape: input.shape, dtype: input.dtype, scope, reads: [] }) - 1;
    });
    const made = op.view === undefined ? 'operation' : 'view';
    const kind = losses.has(node) ? 'loss' : made;
    entryOf[node] = entries.push({ kind, label: op.name, shape, dtype, scope, reads }) - 1;
  }
  return entries;
}

function leafOf(t: Tensor): Pick<Entry, 'kind' | 'label'> {
  return t instanceof Parameter ? { kind: 'parameter', label: t.name } : { kind: 'input', label: 'input' };
}

/** Six digits: a float32 has no more to say, and 0.1 stays 0.1. */
function constantOf(t: Tensor): Pick<Entry, 'kind' | 'label'> {
  return { kind: 'constant', label: String(Number(t.item().toPrecision(6))) };
}

/** The nodes that look like a loss: a recording does not know what `backward` will be called with. */
function lossesOf(recording: Recording): Set<number> {
  const { records, inputNodes, count } = recording;
  const isParameter = (node: number): boolean => (records[node] as OpRecord).output instanceof Parameter;
  const depends = markDependents(recording, count - 1, isParameter);
  const candidates = new Set<number>();
  for (let node = 0; node < count; node++) {
    const { op, inputs, output, firstInput } = records[node] as OpRecord;
    for (let i = 0; i < inputs.length; i++) candidates.delete(inputNodes[firstInput + i] as number);
    if (op !== null && depends[node] === 1 && output?.size === 1) candidates.add(node);
  }
  return candidates;
}

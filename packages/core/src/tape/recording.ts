/** One run of a program, written down as plain data in the order of creation, which is a topological order. */
import type { Arena } from '@unroll/kernels';
import { keep, Tensor } from '../tensor/tensor.js';
import { Variable } from '../tensor/variable.js';
import { borrowArena, settle } from './engine.js';
import type { Op } from './op.js';

/** One entry: an operation with its inputs and output, or (without `op`) a tensor that came in from outside. */
export interface OpRecord {
  op: Op | null;
  inputs: readonly Tensor[];
  output: Tensor | null;
  attributes: unknown;
  /** Where the nodes of its inputs begin in {@link Recording.inputNodes}. */
  firstInput: number;
}

const NO_INPUTS: readonly Tensor[] = [];

/** The records of one run and the arena that holds what it computed. Pooled: see `recordings.ts`. */
export class Recording {
  readonly arena: Arena = borrowArena();
  /** Entries from `count` on are left over from a longer run and empty. */
  readonly records: OpRecord[] = [];
  count = 0;
  /** For each input of each record its node, or −1 for a constant that is not in the graph. */
  inputNodes: Int32Array = new Int32Array(1024);
  /** Whether a walk backwards has finished; such a recording may be given up when too many are held. */
  walked = false;
  #inputCount = 0;
  /** Stand-ins for tensors that another live recording computed: they belong to its graph, not to this one. */
  #imports = new Map<Tensor, Tensor>();

  /** Names this run; tensors remember it. It changes when the memory is reused. */
  get epoch(): number {
    return this.arena.epoch;
  }

  /** Forgets everything and begins a new run. */
  restart(): void {
    for (let i = 0; i < this.count; i++) {
      const record = this.records[i] as OpRecord;
      record.op = null;
      record.inputs = NO_INPUTS;
      record.output = null;
      record.attributes = null;
    }
    this.count = 0;
    this.#inputCount = 0;
    this.walked = false;
    this.#imports.clear();
    this.arena.reset();
  }

  /** Makes an input part of this run: its numbers in kernel memory, its place in the graph known. */
  enter(t: Tensor): Tensor {
    if (t.graph === this.epoch) return t;
    if (!(t instanceof Variable)) {
      const computedElsewhere = t.resident && t.home !== this.arena && t.source !== null;
      if (computedElsewhere) return this.#import(t);
      if (t.home !== this.arena) t.home = null;
      settle(t);
    }
    this.#addLeaf(t);
    return t;
  }

  #import(t: Tensor): Tensor {
    const known = this.#imports.get(t);
    if (known !== undefined) return known;
    keep(t);
    const copy = new Tensor(t.shape, t.dtype, t.host);
    settle(copy);
    this.#addLeaf(copy);
    this.#imports.set(t, copy);
    return copy;
  }

  #addLeaf(t: Tensor): void {
    const version = t instanceof Variable ? t.version : 0;
    this.#append(null, NO_INPUTS, t, version);
  }

  /** Writes an operation down. All inputs have entered. */
  add(op: Op, inputs: readonly Tensor[], output: Tensor, attributes: unknown): void {
    this.#append(op, inputs, output, attributes);
  }

  #append(op: Op | null, inputs: readonly Tensor[], output: Tensor, attributes: unknown): void {
    const firstInput = this.#inputCount;
    if (firstInput + inputs.length > this.inputNodes.length) {
      const larger = new Int32Array(2 * (firstInput + inputs.length));
      larger.set(this.inputNodes);
      this.inputNodes = larger;
    }
    for (let i = 0; i < inputs.length; i++) this.inputNodes[firstInput + i] = (inputs[i] as Tensor).node;
    this.#inputCount += inputs.length;
    const record = this.records[this.count];
    if (record === undefined) this.records.push({ op, inputs, output, attributes, firstInput });
    else {
      record.op = op;
      record.inputs = inputs;
      record.output = output;
      record.attributes = attributes;
      record.firstInput = firstInput;
    }
    output.graph = this.epoch;
    output.node = this.count;
    this.count += 1;
  }

  /** The node of a tensor in this run; −1 when it is not part of it. */
  nodeOf(t: Tensor): number {
    if (t.graph === this.epoch) return t.node;
    const copy = this.#imports.get(t);
    if (copy !== undefined) return copy.node;
    // A parameter or constant that a later recording has entered since: its place here is in its leaf.
    for (let i = 0; i < this.count; i++) {
      const record = this.records[i] as OpRecord;
      if (record.op === null && record.output === t) return i;
    }
    return -1;
  }
}

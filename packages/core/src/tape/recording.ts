/** One run of a program, written down as plain data in the order of creation, which is a topological order. */
import type { Arena } from '@unroll/kernels';
import { TapeError } from '../errors.js';
import { keep, Tensor } from '../tensor/tensor.js';
import { Variable } from '../tensor/variable.js';
import { borrowArena, engine, type Scope, settle, viewOf } from './engine.js';
import type { Op } from './op.js';
import { type OpListener, tellOp } from './op-listeners.js';

/** One entry: an operation with its inputs and output, or (without `op`) a tensor that came in from outside. */
export interface OpRecord {
  op: Op | null;
  inputs: readonly Tensor[];
  output: Tensor | null;
  attributes: unknown;
  /** The part of the program that asked for it. */
  scope: Scope | null;
  /** Where the nodes of its inputs begin in {@link Recording.inputNodes}. */
  firstInput: number;
}

/**
 * Weight gradients that a walk backwards computed in blocks: `leftᵀ·right` of a weight that several steps share waits
 * until enough of them make one product worth while.
 */
export interface DeferredProductsReport {
  /** How many waited. */
  readonly deferred: number;
  /** How many rows all of them had together. */
  readonly rows: number;
  /** How many products were computed instead. */
  readonly products: number;
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
  /** What the last walk backwards deferred. */
  deferredProducts: DeferredProductsReport | null = null;
  /** Who wants to hear of operations. */
  listeners: ReadonlySet<OpListener> | null = null;
  /** Whether a walk backwards has finished; such a recording may be given up when too many are held. */
  walked = false;
  #inputCount = 0;
  /** Stand-ins for tensors that belong to the graph of another recording, not to this one. */
  #imports = new Map<Tensor, Tensor>();
  /** The recording that this one is a segment of: it stays while this one runs. */
  #outer: Recording | null = null;
  /** Whether it is a segment that runs again, so that nothing more may come in from its graph. */
  #isSealed = false;
  /** Tensors in whose places others are used for a while. */
  #substitutes: ReadonlyMap<Tensor, Tensor> | null = null;

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
      record.scope = null;
    }
    this.count = 0;
    this.#inputCount = 0;
    this.walked = false;
    this.deferredProducts = null;
    this.listeners = null;
    this.#imports.clear();
    this.#outer = null;
    this.#isSealed = false;
    this.arena.reset();
  }

  /** Becomes a segment of `outer`: what that knows enters as a view, without a copy and without being touched. */
  restartInside(outer: Recording): void {
    this.restart();
    this.#outer = outer;
  }

  /** Becomes a segment again, which may read what it read the first time: each key, in whose place its value stands. */
  restartWith(reads: ReadonlyMap<Tensor, Tensor>): void {
    this.restart();
    this.#isSealed = true;
    for (const [original, input] of reads) this.#imports.set(original, this.#leafOver(input));
  }

  /** Originals and their stand-ins, in the order in which they entered. */
  get imports(): ReadonlyMap<Tensor, Tensor> {
    return this.#imports;
  }

  /** Runs `fn`, in which each key stands for its value. */
  substituting<T>(substitutes: ReadonlyMap<Tensor, Tensor>, fn: () => T): T {
    const before = this.#substitutes;
    this.#substitutes = substitutes;
    try {
      return fn();
    } finally {
      this.#substitutes = before;
    }
  }

  /** Makes an input part of this run: its numbers in kernel memory, its place in the graph known. */
  enter(t: Tensor): Tensor {
    const substitute = this.#substitutes?.get(t);
    if (substitute !== undefined) return substitute;
    if (t.graph === this.epoch) return t;
    const known = this.#imports.get(t);
    if (known !== undefined) return known;
    if (this.#outer?.knows(t) === true) return this.#borrow(t);
    const computedElsewhere = t.resident && t.home !== this.arena && t.source !== null;
    if (this.#isSealed && (computedElsewhere || t instanceof Variable)) throw readLater(t);
    if (!(t instanceof Variable)) {
      if (computedElsewhere) return this.#import(t);
      if (t.home !== this.arena) t.home = null;
      settle(t);
    }
    this.#addLeaf(t);
    return t;
  }

  /** Whether gradients may flow to a tensor from a segment of this recording. */
  knows(t: Tensor): boolean {
    if (t instanceof Variable || t.graph === this.epoch || this.#imports.has(t)) return true;
    return this.#outer?.knows(t) === true;
  }

  #borrow(t: Tensor): Tensor {
    const view = this.#leafOver(t);
    this.#imports.set(t, view);
    return view;
  }

  /** A leaf over the numbers of a tensor that stays where it is. */
  #leafOver(t: Tensor): Tensor {
    settle(t);
    const view = viewOf(t, t.shape, t.strides, t.position);
    view.hot = t.hot;
    this.#addLeaf(view);
    return view;
  }

  #import(t: Tensor): Tensor {
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
    if (this.listeners !== null && this.listeners.size > 0) {
      tellOp(this.listeners, { name: op.name, inputs, output, attributes, scope: engine.scope });
    }
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
    const { scope } = engine;
    if (record === undefined) this.records.push({ op, inputs, output, attributes, scope, firstInput });
    else {
      record.op = op;
      record.inputs = inputs;
      record.output = output;
      record.attributes = attributes;
      record.scope = scope;
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

function readLater(t: Tensor): TapeError {
  return new TapeError({
    op: 'checkpoint',
    what: 'the function reads a tensor that it did not read the first time',
    arrays: { tensor: t },
    rule: 'it is run again for the gradient, and must do the same then',
    mend: 'Let it depend on nothing that changes in between, except random generators, which are set back',
  });
}

/** Who looks on while anomalies are sought: follows numbers that are not finite from operation to operation. */
import { engine, type Watch } from '../tape/engine.js';
import type { Op } from '../tape/op.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  anomaly,
  cameIn,
  computedIn,
  type Kind,
  kindsIn,
  type Maker,
  made,
  type Origin,
  type Trail,
  written,
} from './origin.js';

/**
 * Nothing is thrown where such a number is made, since `where`, a clamp or a softmax may still take it back: each
 * tensor that holds some has a trail, which an operation with a finite result ends, and what arrives with a trail is
 * an anomaly.
 */
export class AnomalyWatch implements Watch {
  /** What tensors hold that is not finite. */
  readonly trails: WeakMap<Tensor, Trail> = new WeakMap();
  /** Where the operation was called that made a tensor. */
  readonly calls: WeakMap<Tensor, Error> = new WeakMap();
  /** Tensors with a trail that no operation has used, in the order of creation: somebody may have read them. */
  readonly #unused = new Set<Tensor>();
  /** How many operations are running, one inside the other. */
  #depth = 0;
  #isQuiet = false;

  run(op: Op, operands: readonly Tensor[], attributes: unknown, forward: () => Tensor): Tensor {
    const { scope } = engine;
    // What an operation computes on the way stands inside of it.
    engine.scope = { name: op.name, step: undefined, outer: scope };
    this.#depth += 1;
    let output: Tensor;
    try {
      output = forward();
    } finally {
      this.#depth -= 1;
      engine.scope = scope;
    }
    const call = new Error(`${op.name} was called here`);
    this.calls.set(output, call);
    if (this.#isQuiet) return output;
    this.#follow(op, { name: op.name, inputs: operands, scope, call }, attributes, output);
    if (this.#depth === 0) {
      for (const operand of operands) this.#unused.delete(operand);
      if (this.trails.has(output)) this.#unused.add(output);
    }
    return output;
  }

  /** Finds out where the numbers of a result come from that are not finite. */
  #follow(op: Op, maker: Maker, attributes: unknown, output: Tensor): void {
    // An operation inside of this one may have made it.
    if (this.trails.has(output)) return;
    const kinds = kindsIn(output);
    if (kinds.length === 0) return;
    const held = maker.inputs.map(kindsIn);
    const trail = new Map<Kind, Origin>();
    for (const kind of kinds) {
      const holders = maker.inputs.filter((_, i) => held[i]?.includes(kind));
      const origins = holders.flatMap((t) => this.trails.get(t)?.get(kind) ?? []);
      const known = origins.find(({ isGiven }) => !isGiven) ?? origins[0];
      const [first] = holders;
      if (known !== undefined) trail.set(kind, known);
      else if (first === undefined) trail.set(kind, this.#begin(kind, maker, attributes, output));
      // A view is still what came in; whoever computes with it is named.
      else if (op.view === undefined) trail.set(kind, cameIn(kind, maker, maker.inputs.indexOf(first)));
    }
    if (trail.size > 0) this.trails.set(output, trail);
  }

  #begin(kind: Kind, maker: Maker, attributes: unknown, output: Tensor): Origin {
    if (mentions(attributes, kind)) return written(kind, maker, output);
    const earlier = maker.inputs.flatMap((t) => computedIn(this.trails.get(t)) ?? []);
    return made(kind, maker, output, earlier[0] ?? null);
  }

  quietly<T>(fn: () => T): T {
    const before = this.#isQuiet;
    this.#isQuiet = true;
    try {
      return fn();
    } finally {
      this.#isQuiet = before;
    }
  }

  passOn(original: Tensor, copy: Tensor): void {
    const trail = this.trails.get(original);
    if (this.#unused.delete(original)) this.#unused.add(copy);
    if (trail !== undefined) this.trails.set(copy, trail);
  }

  arrived(t: Tensor): void {
    for (const origin of this.trails.get(t)?.values() ?? []) {
      // Among other numbers an infinity that was given may be meant.
      if (!origin.isGiven || origin.kind === 'NaN' || t.size === 1) throw this.report(origin);
    }
  }

  /** What no operation has used yet. */
  unused(): ReadonlySet<Tensor> {
    return new Set(this.#unused);
  }

  /** Ends a search: what nobody has used since it began has arrived too. */
  finish(before: ReadonlySet<Tensor>): void {
    for (const t of this.#unused) if (!before.has(t)) this.arrived(t);
  }

  /** What to throw. Whoever catches it may go on. */
  report(origin: Origin): Error {
    this.#unused.clear();
    return anomaly(origin);
  }
}

/** Whether the attributes of an operation say that it writes such a number. */
function mentions(attributes: unknown, kind: Kind): boolean {
  const values = typeof attributes === 'object' && attributes !== null ? Object.values(attributes) : [attributes];
  return values.some((value) => typeof value === 'number' && String(value) === kind);
}

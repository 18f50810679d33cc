/** Who looks on while a walk goes backwards: finds the adjoint that made a gradient which is not finite. */
import { engine } from '../tape/engine.js';
import type { OpRecord, Recording } from '../tape/recording.js';
import type { Tensor } from '../tensor/tensor.js';
import { AnomalyWatch } from './anomaly-watch.js';
import type { Gradients, WalkOptions } from './gradients.js';
import {
  answered,
  cameIn,
  computedIn,
  type Kind,
  kindsIn,
  type Maker,
  madeBackward,
  madeBySumming,
  type Origin,
  type Trail,
  unseen,
} from './origin.js';
import type { ObservedAround, WalkObserver } from './walk-observer.js';

const NOTHING: Trail = new Map();

/**
 * Follows one walk. As forwards, nothing is thrown before it arrives: a gradient may still meet a `where`. Other than
 * forwards nobody means an infinity, so it is the first that counts, and not the NaN that 0 · ∞ makes of it.
 */
export class WalkWatch implements WalkObserver {
  readonly #watch: AnomalyWatch;
  readonly #recording: Recording;
  readonly #gradients: Gradients;
  readonly #options: WalkOptions;
  readonly #around: ObservedAround | null;
  /** The node at hand. */
  #node = -1;
  /** By node, where the numbers of its gradient come from that are not finite. */
  readonly #trails = new Map<number, Map<Kind, Origin>>();
  /** By node, what a product that still waits will bring. */
  readonly #expected = new Map<number, Origin>();
  /** Inputs of the record at hand whose gradients wait to be computed. */
  readonly #postponed = new Set<number>();

  constructor(
    watch: AnomalyWatch,
    recording: Recording,
    gradients: Gradients,
    options: WalkOptions,
    around: ObservedAround | null,
  ) {
    this.#watch = watch;
    this.#recording = recording;
    this.#gradients = gradients;
    this.#options = options;
    this.#around = around;
  }

  /** Before the first step: a loss that is not finite has no gradient worth computing. */
  begin(last: number, seed: Tensor): void {
    const loss = (this.#recording.records[last] as OpRecord).output as Tensor;
    if (!this.#options.recorded && this.#around === null) {
      this.#watch.arrived(loss);
      const [kind] = this.#watch.trails.has(loss) ? [] : kindsIn(loss);
      if (kind === 'NaN' || (kind !== undefined && loss.size === 1)) {
        throw this.#watch.report(unseen(kind, this.#maker(last)));
      }
    }
    const maker: Maker = { name: 'seed', inputs: [seed], scope: engine.scope, call: null };
    for (const kind of kindsIn(seed)) {
      this.#learn(last, kind, this.#watch.trails.get(seed)?.get(kind) ?? cameIn(kind, maker, 0));
    }
  }

  /** All gradients of a node have been added up. */
  reached(node: number): void {
    this.#node = node;
    const total = this.#gradients.get(node) as Tensor;
    const trail = new Map<Kind, Origin>();
    for (const kind of kindsIn(total)) {
      trail.set(kind, this.#known(node, kind) ?? this.#expected.get(node) ?? this.#sum(kind, node, total));
    }
    this.#follow(total, trail);
  }

  /** A listener has put another gradient in the place of the node's. */
  replaced(): void {
    const gradient = this.#gradients.get(this.#node) as Tensor;
    const before = this.#trail;
    const trail = new Map<Kind, Origin>();
    for (const kind of kindsIn(gradient)) trail.set(kind, before.get(kind) ?? answered(kind, gradient));
    this.#follow(gradient, trail);
  }

  #follow(gradient: Tensor, trail: Map<Kind, Origin>): void {
    this.#trails.set(this.#node, trail);
    if (trail.size > 0) this.#watch.trails.set(gradient, trail);
  }

  /** The node's record will add `leftᵀ·right` to the gradient of input `i`, later and together with others. */
  postpone(i: number, left: Tensor, right: Tensor): void {
    this.#postponed.add(i);
    const [kind] = [...kindsIn(left), ...kindsIn(right)];
    if (kind === undefined) return;
    const first = computedIn(this.#trail);
    const { watch, node } = this.#receiver(i);
    if (!watch.#expected.has(node)) watch.#expected.set(node, first ?? this.#begin(kind, i, null));
  }

  /** The node's record has added to the gradients of its inputs. */
  passed(): void {
    const { op, inputs } = this.#recording.records[this.#node] as OpRecord;
    for (let i = 0; i < inputs.length; i++) {
      const input = this.#inputNode(this.#node, i);
      if (input < 0 || this.#options.marks[input] !== 1 || this.#postponed.has(i)) continue;
      const { watch, node } = this.#receiver(i);
      const share = watch.#gradients.get(node);
      if (share === null) continue;
      // The adjoint of a view moves numbers, and T of them may go into one large buffer.
      const kinds = op?.view === undefined ? kindsIn(share) : this.#trail.keys();
      for (const kind of kinds) {
        if (watch.#known(node, kind) !== null) continue;
        const inherited = this.#trail.get(kind) ?? this.#watch.trails.get(share)?.get(kind) ?? computedIn(this.#trail);
        watch.#learn(node, kind, inherited ?? this.#begin(kind, i, share));
      }
    }
    this.#postponed.clear();
  }

  /** The walk is done with the node, whose gradient was asked for. */
  arrived(): void {
    const [origin] = this.#trail.values();
    if (origin !== undefined && !this.#options.recorded) throw this.#watch.report(origin);
  }

  #begin(kind: Kind, i: number, share: Tensor | null): Origin {
    const gradient = this.#gradients.get(this.#node) as Tensor;
    return madeBackward(kind, this.#maker(this.#node), i, gradient, share);
  }

  get #trail(): Trail {
    return this.#trails.get(this.#node) ?? NOTHING;
  }

  /** Nothing that was added to a gradient explains it: blames the last record that did. */
  #sum(kind: Kind, node: number, total: Tensor): Origin {
    const { count, records } = this.#recording;
    for (let user = node + 1; user < count; user++) {
      const { inputs } = records[user] as OpRecord;
      const i = inputs.findIndex((_, input) => this.#inputNode(user, input) === node);
      if (i >= 0 && this.#options.marks[user] === 1) return madeBySumming(kind, this.#maker(user), i, total);
    }
    return madeBySumming(kind, this.#maker(node), 0, total);
  }

  #known(node: number, kind: Kind): Origin | null {
    const own = this.#trails.get(node)?.get(kind) ?? null;
    if (own !== null || !this.#gradients.landed(node)) return own;
    return this.#known(this.#inputNode(node, 0), kind);
  }

  /** What a view's gradient holds, that of its base holds too where the one is a part of the other. */
  #learn(node: number, kind: Kind, origin: Origin): void {
    const trail = this.#trails.get(node) ?? new Map<Kind, Origin>();
    if (!trail.has(kind)) this.#trails.set(node, trail.set(kind, origin));
    if (this.#gradients.landed(node)) this.#learn(this.#inputNode(node, 0), kind, origin);
  }

  /** Where the gradient of an input is gathered: for the leaf of a segment that is the walk around. */
  #receiver(i: number): { readonly watch: WalkWatch; readonly node: number } {
    const input = this.#inputNode(this.#node, i);
    const outside = this.#around?.nodes.get(input);
    const watch = this.#around?.watch;
    return outside === undefined || !(watch instanceof WalkWatch)
      ? { watch: this, node: input }
      : { watch, node: outside };
  }

  #inputNode(node: number, i: number): number {
    const { firstInput } = this.#recording.records[node] as OpRecord;
    return this.#recording.inputNodes[firstInput + i] as number;
  }

  #maker(node: number): Maker {
    const { op, inputs, output, scope } = this.#recording.records[node] as OpRecord;
    const call = this.#watch.calls.get(output as Tensor) ?? null;
    return { name: op?.name ?? 'input', inputs, scope, call };
  }
}

/** Who looks on at a walk that begins; null while no anomaly is sought. */
export function watchWalk(
  recording: Recording,
  gradients: Gradients,
  options: WalkOptions,
  around: ObservedAround | null,
): WalkWatch | null {
  const { watch } = engine;
  return watch instanceof AnomalyWatch ? new WalkWatch(watch, recording, gradients, options, around) : null;
}

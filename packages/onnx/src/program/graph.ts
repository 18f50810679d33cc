/** The graph that is being written: nodes in their order, and the numbers that they share. */
import type { DimensionProto, ElementType, NodeProto, TensorProto } from '../proto/messages.js';
import { type AttributeValue, attribute, int, tensorProto } from '../proto/parts.js';
import { type Amount, formatAmount, isFormula } from './amount.js';

type Attributes = Readonly<Record<string, AttributeValue>>;

/** Where open sizes are read: of each the input that has it, and at which axis. */
export type Places = ReadonlyMap<string, readonly [input: string, axis: number]>;

/** What all graphs of a file share. */
interface Shared {
  readonly initializers: TensorProto[];
  /** Nodes that need nothing but inputs. They come before all others, so that graphs inside of nodes see them too. */
  readonly prelude: NodeProto[];
  /** What is in the prelude or among the initializers, by what it is. */
  readonly known: Map<string, string>;
  /** A key for each object that something was written for. */
  readonly keys: Map<object, string>;
  readonly names: Set<string>;
  readonly places: Places;
}

/** A shape as a file says it: open sizes by their formulas. */
export function dimensions(shape: readonly Amount[]): DimensionProto[] {
  return shape.map((size) => (isFormula(size) ? { dimParam: formatAmount(size) } : { dimValue: size }));
}

export class Graph {
  readonly nodes: NodeProto[];
  readonly #shared: Shared;

  private constructor(nodes: NodeProto[], shared: Shared) {
    this.nodes = nodes;
    this.#shared = shared;
  }

  /** The graph of a file in which some names are taken. */
  static of(taken: readonly string[], places: Places): Graph {
    return new Graph([], {
      initializers: [],
      prelude: [],
      known: new Map(),
      keys: new Map(),
      names: new Set(taken),
      places,
    });
  }

  /** A graph for a node of this one. It sees what is here. */
  inside(): Graph {
    return new Graph([], this.#shared);
  }

  get initializers(): readonly TensorProto[] {
    return this.#shared.initializers;
  }

  get prelude(): readonly NodeProto[] {
    return this.#shared.prelude;
  }

  /** A name that nothing has yet. */
  name(wanted: string): string {
    const { names } = this.#shared;
    let name = wanted;
    for (let i = 2; names.has(name); i++) name = `${wanted}_${i}`;
    names.add(name);
    return name;
  }

  /** Writes a node with one result, and answers the name of that. An empty name stands for an input that is left out. */
  node(opType: string, input: readonly string[], attributes: Attributes = {}): string {
    return this.nodeOf(1, opType, input, attributes)[0] as string;
  }

  /** The same with several results. */
  nodeOf(count: number, opType: string, input: readonly string[], attributes: Attributes = {}): string[] {
    const name = this.name(opType);
    const output = Array.from({ length: count }, (_, i) => (i === 0 ? name : this.name(`${name}.${i}`)));
    const list = Object.entries(attributes).map(([key, value]) => attribute(key, value));
    this.nodes.push({ name, opType, input, output, attribute: list });
    return output;
  }

  /** What `write` makes of inputs alone, written once and before all else. */
  once(key: string, write: (graph: Graph) => string): string {
    const { known, prelude } = this.#shared;
    const before = known.get(key);
    if (before !== undefined) return before;
    const name = write(new Graph(prelude, this.#shared));
    known.set(key, name);
    return name;
  }

  /** What `once` knows an object by. */
  keyOf(object: object): string {
    const { keys } = this.#shared;
    const key = keys.get(object) ?? `object ${keys.size}`;
    keys.set(object, key);
    return key;
  }

  /** Numbers of the file itself. */
  initializer(name: string, type: ElementType, dims: readonly number[], values: ArrayLike<number>): string {
    const own = this.name(name);
    this.#shared.initializers.push(tensorProto(own, type, dims, values));
    return own;
  }

  /** One number. */
  number(value: number, type: ElementType): string {
    const written = Object.is(value, -0) ? '-0' : String(value);
    return this.once(`${type} ${written}`, () => this.initializer(`${written}`, type, [], [value]));
  }

  /** Whole numbers as int64 `[n]`. */
  list(values: readonly number[]): string {
    const written = `[${values.join(',')}]`;
    return this.once(written, () => this.initializer(written, 'int64', [values.length], values));
  }

  /** Amounts as int64 `[n]`. */
  amounts(amounts: readonly Amount[]): string {
    if (amounts.every((amount): amount is number => !isFormula(amount))) return this.list(amounts);
    const written = `[${amounts.map(formatAmount).join(',')}]`;
    return this.once(written, (graph) => {
      const parts = amounts.map((amount) => graph.#one(amount));
      return parts.length === 1 ? (parts[0] as string) : graph.node('Concat', parts, { axis: int(0) });
    });
  }

  /** An amount as an int64 scalar. */
  scalar(amount: Amount): string {
    if (!isFormula(amount)) return this.number(amount, 'int64');
    return this.once(`scalar ${formatAmount(amount)}`, (graph) => graph.node('Squeeze', [graph.#one(amount)]));
  }

  /** An amount as int64 `[1]`. */
  #one(amount: Amount): string {
    if (!isFormula(amount)) return this.list([amount]);
    return this.once(`size ${formatAmount(amount)}`, (graph) => {
      const terms = amount.terms.map(({ factor, symbols }) => {
        const sizes = symbols.map((name) => graph.#open(name));
        const factors = factor === 1 && sizes.length > 0 ? sizes : [...sizes, graph.list([factor])];
        return factors.reduce((a, b) => graph.node('Mul', [a, b]));
      });
      return terms.reduce((a, b) => graph.node('Add', [a, b]));
    });
  }

  #open(symbol: string): string {
    const [input = '', axis = 0] = this.#shared.places.get(symbol) ?? [];
    return this.once(`open ${symbol}`, (graph) =>
      graph.node('Shape', [input], { start: int(axis), end: int(axis + 1) }),
    );
  }
}

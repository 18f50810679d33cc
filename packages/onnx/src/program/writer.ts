/** Steps on their way into a graph: the names that values get. */
import type { Step } from '../recording/traced.js';
import type { Graph } from './graph.js';
import type { Program, Value } from './program.js';
import { writeSource } from './sources.js';

/** Writes one step, and defines what it makes. */
export type StepWriter = (step: Step, writer: Writer) => void;

/** Writes the steps of a program into a graph. */
export class Writer {
  readonly graph: Graph;
  readonly #program: Program;
  readonly #needed: ReadonlySet<number>;
  readonly #names: Map<number, string>;
  readonly #writeStep: StepWriter;

  private constructor(
    graph: Graph,
    program: Program,
    needed: ReadonlySet<number>,
    names: Map<number, string>,
    writeStep: StepWriter,
  ) {
    this.graph = graph;
    this.#program = program;
    this.#needed = needed;
    this.#names = names;
    this.#writeStep = writeStep;
  }

  /** A writer of a program. */
  static of(program: Program, graph: Graph, writeStep: StepWriter): Writer {
    const needed = new Set(program.outputs.map(([, value]) => value));
    markNeeded(program.steps, needed);
    return new Writer(graph, program, needed, new Map(), writeStep);
  }

  /** A writer of steps inside of a node. */
  inside(): Writer {
    return new Writer(this.graph.inside(), this.#program, this.#needed, this.#names, this.#writeStep);
  }

  value(number: number): Value {
    return this.#program.values[number] as Value;
  }

  /** The name of a value; one that no step makes is written now. `user` is what needs it, for messages. */
  nameOf(number: number, user: string): string {
    const known = this.#names.get(number);
    if (known !== undefined) return known;
    const name = writeSource(this.graph, this.value(number), user);
    this.#names.set(number, name);
    return name;
  }

  define(number: number, name: string): void {
    this.#names.set(number, name);
  }

  /** Writes steps, except those that nothing needs. */
  write(steps: readonly Step[]): void {
    for (const step of steps) {
      const made = step.kind === 'operation' ? [step.output] : [step.outputs, ...step.finalState];
      if (made.some((number) => this.#needed.has(number))) this.#writeStep(step, this);
    }
  }
}

/** Adds to `needed` what the steps need to make what is needed. */
function markNeeded(steps: readonly Step[], needed: Set<number>): void {
  const add = (numbers: readonly number[]): void => {
    for (const number of numbers) needed.add(number);
  };
  for (const step of [...steps].reverse()) {
    if (step.kind === 'operation') {
      if (needed.has(step.output)) add(step.inputs);
    } else if ([step.outputs, ...step.finalState].some((number) => needed.has(number))) {
      add([step.x, ...step.state, step.body.output, ...step.body.nextState]);
      if (step.mask !== null) needed.add(step.mask);
      markNeeded(step.body.steps, needed);
    }
  }
}

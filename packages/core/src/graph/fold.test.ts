/** Folding: loops of every kind become one step each, whatever the number of their turns. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  type Graph,
  mul,
  namedScope,
  square,
  sub,
  sum,
  Tape,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from '../index.js';
import { RUNS } from '../laws.fixture.js';
import { edgesOf, graphOf, labelsOf, parameter } from './graph.fixture.js';

describe('folding', () => {
  test('two loops of one name stay two, upwards and downwards', () => {
    const w = parameter('w', tensor([1]));
    const tape = new Tape();
    tape.record(() => {
      let h = tensor([1]);
      for (const steps of [
        [0, 1, 2],
        [0, 1],
        [2, 1, 0],
      ]) {
        for (const t of steps) h = namedScope('step', () => mul(h, w), t);
      }
      return h;
    });
    const graph = graphOf(tape, true);
    expect(graph.scopes.map(({ name, step }) => `${name} ${step}`)).toEqual(['step every', 'step every', 'step every']);
    expect(edgesOf(graph)).toMatchInlineSnapshot(`
      [
        "input#0 -> mul#2,first",
        "w#1 -> mul#2",
        "mul#2 -> mul#2,delay 1",
        "mul#2 -> mul#3,first",
        "w#1 -> mul#3",
        "mul#3 -> mul#3,delay 1",
        "mul#3 -> mul#4,first",
        "w#1 -> mul#4",
        "mul#4 -> mul#4,delay -1",
      ]
    `);
  });

  test('what the first step does more stays apart', () => {
    const w = parameter('w', tensor([1]));
    const run = (steps: number): Graph => {
      const tape = new Tape();
      tape.record(() => {
        let h: Tensor | undefined;
        for (let t = 0; t < steps; t++) h = namedScope('step', () => tanh(mul(h ?? square(w), w)), t);
        return h;
      });
      return graphOf(tape, true);
    };
    expect(edgesOf(run(3))).toMatchInlineSnapshot(`
      [
        "w#0 -> square#1,first",
        "square#1 -> mul#2,first",
        "w#0 -> mul#2",
        "mul#2 -> tanh#3",
        "tanh#3 -> mul#2,delay 1",
      ]
    `);
    expect(run(7)).toEqual(run(3));
    expect(run(2)).toEqual(run(3));
  });

  test('steps that take turns fold in turns', () => {
    const run = (steps: number): Graph => {
      const tape = new Tape();
      tape.record(() => {
        let h = tensor([1]);
        for (let t = 0; t < steps; t++) {
          h = namedScope('step', () => (t % 2 === 0 ? square(tanh(add(h, 1))) : tanh(add(h, 1))), t);
        }
        return h;
      });
      return graphOf(tape, true);
    };
    expect(labelsOf(run(7)).filter((label) => label.startsWith('operation'))).toEqual([
      'operation add',
      'operation tanh',
      'operation square',
    ]);
    expect(run(7)).toEqual(run(5));
  });

  test('what most steps do is what the others are compared with', () => {
    const run = (steps: number): Graph => {
      const tape = new Tape();
      tape.record(() => {
        let h = tensor([1]);
        for (let t = 0; t < steps; t++) {
          const turn = (): Tensor => (t < steps - 1 ? tanh(mul(h, h)) : square(tanh(mul(h, h))));
          h = namedScope('step', () => (t === 0 ? sub(h, h) : turn()), t);
        }
        return h;
      });
      return graphOf(tape, true);
    };
    expect(labelsOf(run(5)).slice(1)).toEqual(['sub', 'mul', 'tanh', 'square'].map((name) => `operation ${name}`));
    expect(run(7)).toEqual(run(5));
  });

  test('a loss that grows from step to step is marked where the last step completes it', () => {
    const w = parameter('w', tensor([1]));
    const tape = new Tape();
    tape.record(() => {
      let loss = tensor(0);
      for (let t = 0; t < 3; t++) loss = namedScope('step', () => add(loss, sum(square(w))), t);
      return loss;
    });
    expect(labelsOf(graphOf(tape, true)).at(-1)).toBe('loss add');
    expect(graphOf(tape).nodes.filter(({ kind }) => kind === 'loss')).toHaveLength(1);
  });

  test('shapes that grow from step to step keep operations apart', () => {
    const tape = new Tape();
    tape.record(() => {
      for (let t = 0; t < 3; t++) namedScope('step', () => tanh(mul(zeros([t + 1]), 2)), t);
      return null;
    });
    expect(labelsOf(graphOf(tape, true)).filter((label) => label === 'operation tanh')).toHaveLength(3);
  });

  test('inputs and numbers of one step fold with those in their places; a number that changes has no digits', () => {
    const tape = new Tape();
    tape.record(() => {
      const mask = tensor([1, 0]);
      let h = tensor([1, 1]);
      for (let t = 0; t < 4; t++) h = namedScope('step', () => mul(mul(mul(add(h, tensor([t, t])), t), mask), 3), t);
      return h;
    });
    const graph = graphOf(tape, true);
    expect(labelsOf(graph)).toEqual([
      'input input',
      'input input',
      'operation add',
      'constant constant',
      'operation mul',
      'input input',
      'operation mul',
      'constant 3',
      'operation mul',
    ]);
    expect(edgesOf(graph)).toMatchInlineSnapshot(`
      [
        "input#0 -> add#2,first",
        "input#1 -> add#2",
        "add#2 -> mul#4",
        "constant#3 -> mul#4",
        "mul#4 -> mul#6",
        "input#5 -> mul#6",
        "mul#6 -> mul#8",
        "3#7 -> mul#8",
        "mul#8 -> add#2,delay 1",
      ]
    `);
  });

  test('a number and an input in the same place are two', () => {
    const tape = new Tape();
    tape.record(() => {
      const h = tensor([1]);
      for (let t = 0; t < 3; t++) namedScope('step', () => mul(h, t === 0 ? 1 : tensor(t)), t);
      return null;
    });
    expect(labelsOf(graphOf(tape, true))).toEqual(['input input', 'constant 1', 'operation mul', 'input input']);
  });

  test('an input that several steps read is itself, also beside another one in the same place', () => {
    const tape = new Tape();
    tape.record(() => {
      const [early, late] = [tensor([1]), tensor([2])];
      for (let t = 0; t < 4; t++) namedScope('step', () => square(t < 2 ? early : late), t);
      return null;
    });
    expect(labelsOf(graphOf(tape, true))).toEqual(['input input', 'operation square', 'input input']);
  });

  test('a loop in a loop is one in one, and a delay is that of the outermost loop in which the steps differ', () => {
    const run = (outer: number, inner: number): Graph => {
      const w = parameter('w', tensor([1]));
      const tape = new Tape();
      tape.record(() => {
        let h = tensor([1]);
        for (let s = 0; s < outer; s++) {
          h = namedScope(
            'sentence',
            () => {
              let word = mul(h, w);
              for (let t = 0; t < inner; t++) word = namedScope('word', () => tanh(word), t);
              return namedScope('end', () => square(word));
            },
            s,
          );
        }
        return h;
      });
      return graphOf(tape, true);
    };
    expect(edgesOf(run(3, 3))).toMatchInlineSnapshot(`
      [
        "input#0 -> mul#2,first",
        "w#1 -> mul#2",
        "mul#2 -> tanh#3,first",
        "tanh#3 -> tanh#3,delay 1",
        "tanh#3 -> square#4",
        "square#4 -> mul#2,delay 1",
      ]
    `);
    expect(run(3, 3).scopes).toMatchInlineSnapshot(`
      [
        {
          "id": "s0",
          "name": "sentence",
          "outer": null,
          "step": "every",
        },
        {
          "id": "s1",
          "name": "word",
          "outer": "s0",
          "step": "every",
        },
        {
          "id": "s2",
          "name": "end",
          "outer": "s0",
          "step": null,
        },
      ]
    `);
    expect(run(4, 7)).toEqual(run(3, 3));
  });

  test('of a program without steps changes nothing', () => {
    const w = parameter('w', tensor([1]));
    const tape = new Tape();
    tape.record(() => namedScope('a', () => namedScope('b', () => sub(w, mul(w, 2)))));
    expect(graphOf(tape, true)).toEqual(graphOf(tape));
  });

  /** A step computes each value from earlier ones of the step, two weights, a number, and two values of the step before. */
  const body = fc.array(fc.record({ op: fc.constantFrom('add', 'mul'), a: fc.nat(), b: fc.nat() }), {
    minLength: 2,
    maxLength: 12,
  });

  test('has one node for each line of a random step, however many steps there are', () => {
    fc.assert(
      fc.property(body, (lines) => {
        const run = (steps: number): Graph => {
          const weights = [parameter('u', tensor([1])), parameter('v', tensor([1]))];
          const tape = new Tape();
          tape.record(() => {
            let state = [tensor([1]), tensor([1])];
            for (let t = 0; t < steps; t++) {
              state = namedScope(
                'step',
                () => {
                  const values = [...weights, ...state];
                  for (const { op, a, b } of lines) {
                    const [left, right] = [values[a % values.length] as Tensor, values[b % values.length] as Tensor];
                    values.push(op === 'add' ? add(left, right) : mul(left, right));
                  }
                  return values.slice(-2);
                },
                t,
              );
            }
            return state;
          });
          return graphOf(tape, true);
        };
        const three = run(3);
        expect(three.nodes.filter(({ kind }) => kind === 'operation' || kind === 'loss')).toHaveLength(lines.length);
        expect(run(7)).toEqual(three);
      }),
      RUNS,
    );
  });
});

/** Graphs of small programs, in every format; and for random programs, that nothing is missing and nothing is made up. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  checkpoint,
  exportGraph,
  greater,
  linear,
  mul,
  namedScope,
  pick,
  square,
  sum,
  Tape,
  type Tensor,
  tanh,
  tensor,
  ValueError,
  where,
  zeros,
} from '../index.js';
import { RUNS } from '../laws.fixture.js';
import { graphOf, labelsOf, parameter } from './graph.fixture.js';

/** A linear recurrence with its loss, h = W·h + x at each step. */
function recurrence(steps: number): Tape {
  const w = parameter('W', zeros([3, 3]));
  const x = zeros([2, 3]);
  const tape = new Tape();
  tape.record(() => {
    let h = zeros([2, 3]);
    for (let t = 0; t < steps; t++) h = namedScope('step', () => add(linear(h, w), x), t);
    return sum(square(h));
  });
  return tape;
}

describe('formats', () => {
  test('dot', () => {
    expect(exportGraph(recurrence(2))).toMatchInlineSnapshot(`
      "digraph {
        graph [rankdir=BT, nodesep=0.3, ranksep=0.35, fontname="Helvetica,Arial,sans-serif", fontsize=11]
        node [height=0.4, margin="0.2,0.06", fontname="Helvetica,Arial,sans-serif", fontsize=11]
        edge [color="#4a5563", arrowsize=0.7, fontname="Helvetica,Arial,sans-serif", fontsize=10]
        n0 [label="input\\n[2, 3]", shape=box, style="filled,rounded", fillcolor="#d8e9fb", color="#2b6cb0"]
        n1 [label="W\\n[3, 3]", shape=box, style="filled,rounded", fillcolor="#ffe8b8", color="#b7791f"]
        n3 [label="input\\n[2, 3]", shape=box, style="filled,rounded", fillcolor="#d8e9fb", color="#2b6cb0"]
        n7 [label="square\\n[2, 3]", shape=box, style=filled, fillcolor="#ffffff", color="#4a5563"]
        n8 [label="loss\\nsum", shape=box, style="filled,bold", fillcolor="#fbd5d0", color="#b42318"]
        subgraph cluster_s0 { label="  step, t = 0  "; labelloc=b; labeljust=l; margin=12; style="filled,rounded"; color="#c3c9d0"; fillcolor="#f4f5f7"
          n2 [label="linear\\n[2, 3]", shape=box, style=filled, fillcolor="#ffffff", color="#4a5563"]
          n4 [label="add\\n[2, 3]", shape=box, style=filled, fillcolor="#ffffff", color="#4a5563"]
        }
        subgraph cluster_s1 { label="  step, t = 1  "; labelloc=b; labeljust=l; margin=12; style="filled,rounded"; color="#c3c9d0"; fillcolor="#f4f5f7"
          n5 [label="linear\\n[2, 3]", shape=box, style=filled, fillcolor="#ffffff", color="#4a5563"]
          n6 [label="add\\n[2, 3]", shape=box, style=filled, fillcolor="#ffffff", color="#4a5563"]
        }
        n0 -> n2 [minlen=2]
        n1 -> n2 [minlen=2]
        n2 -> n4
        n3 -> n4 [minlen=2]
        n5 -> n4 [dir=back, color="#7c3aed"]
        n1 -> n5 [minlen=2]
        n5 -> n6
        n3 -> n6 [minlen=2]
        n6 -> n7
        n7 -> n8
      }
      "
    `);
  });

  test('dot, folded', () => {
    expect(exportGraph(recurrence(2), { format: 'dot', collapseTime: true })).toMatchInlineSnapshot(`
      "digraph {
        graph [rankdir=BT, nodesep=0.3, ranksep=0.35, fontname="Helvetica,Arial,sans-serif", fontsize=11]
        node [height=0.4, margin="0.2,0.06", fontname="Helvetica,Arial,sans-serif", fontsize=11]
        edge [color="#4a5563", arrowsize=0.7, fontname="Helvetica,Arial,sans-serif", fontsize=10]
        n0 [label="input\\n[2, 3]", shape=box, style="filled,rounded", fillcolor="#d8e9fb", color="#2b6cb0"]
        n1 [label="W\\n[3, 3]", shape=box, style="filled,rounded", fillcolor="#ffe8b8", color="#b7791f"]
        n3 [label="input\\n[2, 3]", shape=box, style="filled,rounded", fillcolor="#d8e9fb", color="#2b6cb0"]
        n5 [label="square\\n[2, 3]", shape=box, style=filled, fillcolor="#ffffff", color="#4a5563"]
        n6 [label="loss\\nsum", shape=box, style="filled,bold", fillcolor="#fbd5d0", color="#b42318"]
        subgraph cluster_s0 { label="  step, every t  "; labelloc=b; labeljust=l; margin=12; style="filled,rounded"; color="#c3c9d0"; fillcolor="#f4f5f7"
          n2 [label="linear\\n[2, 3]", shape=box, style=filled, fillcolor="#ffffff", color="#4a5563"]
          n4 [label="add\\n[2, 3]", shape=box, style=filled, fillcolor="#ffffff", color="#4a5563"]
        }
        n0 -> n2 [label="  first step", minlen=2]
        n1 -> n2 [minlen=2]
        n2 -> n4
        n3 -> n4 [minlen=2]
        n2:e -> n4:e [dir=both, arrowhead=box, label="  t−1", fontcolor="#7c3aed", color="#7c3aed"]
        n4 -> n5 [label="  last step"]
        n5 -> n6
      }
      "
    `);
  });

  test('mermaid', () => {
    expect(exportGraph(recurrence(2), { format: 'mermaid' })).toMatchInlineSnapshot(`
      "flowchart BT
        n0("input<br/>[2, 3]"):::input
        n1("W<br/>[3, 3]"):::parameter
        n3("input<br/>[2, 3]"):::input
        n7["square<br/>[2, 3]"]:::operation
        n8[["loss<br/>sum"]]:::loss
        subgraph s0 ["step, t = 0"]
          n2["linear<br/>[2, 3]"]:::operation
          n4["add<br/>[2, 3]"]:::operation
        end
        subgraph s1 ["step, t = 1"]
          n5["linear<br/>[2, 3]"]:::operation
          n6["add<br/>[2, 3]"]:::operation
        end
        n0 --> n2
        n1 --> n2
        n2 --> n4
        n3 --> n4
        n4 -.-> n5
        n1 --> n5
        n5 --> n6
        n3 --> n6
        n6 --> n7
        n7 --> n8
        classDef input fill:#d8e9fb,stroke:#2b6cb0,color:#1a202c
        classDef parameter fill:#ffe8b8,stroke:#b7791f,color:#1a202c
        classDef operation fill:#ffffff,stroke:#4a5563,color:#1a202c
        classDef loss fill:#fbd5d0,stroke:#b42318,color:#1a202c
        classDef scope fill:#f4f5f7,stroke:#c3c9d0,color:#1a202c
        class s0,s1 scope
        linkStyle 4 stroke:#7c3aed,color:#7c3aed
      "
    `);
  });

  test('mermaid, folded', () => {
    expect(exportGraph(recurrence(2), { format: 'mermaid', collapseTime: true })).toMatchInlineSnapshot(`
      "flowchart BT
        n0("input<br/>[2, 3]"):::input
        n1("W<br/>[3, 3]"):::parameter
        n3("input<br/>[2, 3]"):::input
        n5["square<br/>[2, 3]"]:::operation
        n6[["loss<br/>sum"]]:::loss
        subgraph s0 ["step, every t"]
          n2["linear<br/>[2, 3]"]:::operation
          n4["add<br/>[2, 3]"]:::operation
        end
        n0 -->|"first step"| n2
        n1 --> n2
        n2 --> n4
        n3 --> n4
        n4 -.->|"t−1"| n2
        n4 -->|"last step"| n5
        n5 --> n6
        classDef input fill:#d8e9fb,stroke:#2b6cb0,color:#1a202c
        classDef parameter fill:#ffe8b8,stroke:#b7791f,color:#1a202c
        classDef operation fill:#ffffff,stroke:#4a5563,color:#1a202c
        classDef loss fill:#fbd5d0,stroke:#b42318,color:#1a202c
        classDef scope fill:#f4f5f7,stroke:#c3c9d0,color:#1a202c
        class s0 scope
        linkStyle 4 stroke:#7c3aed,color:#7c3aed
      "
    `);
  });

  test('json, folded', () => {
    const { nodes, edges, scopes } = exportGraph(recurrence(2), { format: 'json', collapseTime: true });
    const lines = [...nodes, ...edges, ...scopes].map((part) => JSON.stringify(part));
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "{"id":"n0","kind":"input","label":"input","shape":[2,3],"dtype":"float32","scope":null}
      {"id":"n1","kind":"parameter","label":"W","shape":[3,3],"dtype":"float32","scope":null}
      {"id":"n2","kind":"operation","label":"linear","shape":[2,3],"dtype":"float32","scope":"s0"}
      {"id":"n3","kind":"input","label":"input","shape":[2,3],"dtype":"float32","scope":null}
      {"id":"n4","kind":"operation","label":"add","shape":[2,3],"dtype":"float32","scope":"s0"}
      {"id":"n5","kind":"operation","label":"square","shape":[2,3],"dtype":"float32","scope":null}
      {"id":"n6","kind":"loss","label":"sum","shape":[],"dtype":"float32","scope":null}
      {"from":"n0","to":"n2","input":0,"delay":0,"only":"first"}
      {"from":"n1","to":"n2","input":1,"delay":0,"only":null}
      {"from":"n2","to":"n4","input":0,"delay":0,"only":null}
      {"from":"n3","to":"n4","input":1,"delay":0,"only":null}
      {"from":"n4","to":"n2","input":0,"delay":1,"only":null}
      {"from":"n4","to":"n5","input":0,"delay":0,"only":"last"}
      {"from":"n5","to":"n6","input":0,"delay":0,"only":null}
      {"id":"s0","name":"step","step":"every","outer":null}"
    `);
  });

  test('names are escaped', () => {
    const w = parameter('a"b\\n<c>&amp;\n[d] #35; `e` 1. é', tensor([1]));
    const tape = new Tape();
    tape.record(() => namedScope('"{scope}" \\N', () => mul(w, w)));
    const texts = (format: 'dot' | 'mermaid'): string[] => exportGraph(tape, { format }).match(/".*?(?<!\\)"/g) ?? [];
    expect(texts('dot').filter((text) => /scope|35/.test(text))).toMatchInlineSnapshot(`
      [
        ""a\\"b\\\\n<c>&amp;amp; [d] #35; \`e\` 1. é\\n[1]"",
        ""  \\"{scope}\\" \\\\N  "",
      ]
    `);
    expect(texts('mermaid').filter((text) => /scope|35/.test(text))).toMatchInlineSnapshot(`
      [
        ""a#34;b#92;n#60;c#62;#38;amp#59;#10;[d] #35;35#59; #96;e#96; 1#46; #233;<br/>[1]"",
        ""#34;#123;scope#125;#34; #92;N"",
      ]
    `);
  });

  test('the same recording gives the same text', () => {
    const tape = recurrence(3);
    for (const format of ['dot', 'mermaid'] as const) {
      expect(exportGraph(tape, { format })).toBe(exportGraph(tape, { format }));
    }
  });
});

describe('nodes', () => {
  test('a parameter is one node with as many edges as uses, an input too, and numbers belong to their operation', () => {
    const w = parameter('w', tensor([1, 2]));
    const x = tensor([3, 4]);
    const tape = new Tape();
    tape.record(() => add(mul(w, w), mul(mul(x, 0.1), w)));
    const graph = graphOf(tape);
    expect(labelsOf(graph)).toEqual([
      'parameter w',
      'operation mul',
      'input input',
      'constant 0.1',
      'operation mul',
      'operation mul',
      'operation add',
    ]);
    expect(graph.edges.filter(({ from }) => from === 'n0').map(({ to, input }) => [to, input])).toEqual([
      ['n1', 0],
      ['n1', 1],
      ['n5', 1],
    ]);
  });

  test('a loss is a single number that depends on a parameter and that nobody reads', () => {
    const w = parameter('w', tensor([1, 2]));
    const tape = new Tape();
    tape.record(() => {
      const error = sum(square(w));
      return { loss: mul(error, 2), all: mul(w, error), accuracy: sum(greater(w, 0)), norm: sum(tensor([1, 2])) };
    });
    expect(labelsOf(graphOf(tape)).filter((label) => !/input|constant/.test(label))).toEqual([
      'parameter w',
      'operation square',
      'operation sum',
      'loss mul',
      'operation mul',
      'operation greater',
      'operation sum',
      'operation sum',
    ]);
  });

  test('are there after another recording has used the same tensors, and after backward', () => {
    const w = parameter('w', tensor([1, 2]));
    const x = tensor([1, 1]);
    const [tape, other] = [new Tape(), new Tape()];
    const loss = tape.record(() => sum(mul(mul(w, x), 0.5)));
    const before = graphOf(tape);
    other.backward(other.record(() => sum(mul(w, x))));
    tape.backward(loss);
    expect(labelsOf(before)).toContain('constant 0.5');
    expect(graphOf(tape)).toEqual(before);
  });

  test('a checkpoint is one operation, which reads the parameters inside', () => {
    const w = parameter('w', tensor([1, 2]));
    const tape = new Tape();
    tape.record(() => checkpoint((x) => tanh(mul(x, w)), tensor([3, 4])));
    const graph = graphOf(tape);
    const reads = graph.edges.filter(({ to }) =>
      graph.nodes.some(({ id, label }) => id === to && label === 'checkpoint'),
    );
    expect(labelsOf(graph)).toContain('operation checkpoint');
    expect(labelsOf(graph)).not.toContain('operation tanh');
    expect(reads.map(({ from }) => graph.nodes.find(({ id }) => id === from)?.label)).toContain('w');
  });

  test('views are told from operations', () => {
    const tape = new Tape();
    tape.record(() => tanh(pick(zeros([2, 3]), 1, 0)));
    expect(labelsOf(graphOf(tape))).toEqual(['input input', 'view pick', 'operation tanh']);
  });
});

describe('what a random program has recorded', () => {
  /** One line of a program: an operation, which of the earlier values it reads, and the scope that it stands in. */
  const line = fc.record({
    op: fc.constantFrom('add', 'mul', 'where', 'tanh'),
    operands: fc.tuple(fc.nat(), fc.nat(), fc.nat()),
    scope: fc.constantFrom('none', 'outer', 'inner'),
  });
  const OPERATIONS = {
    add: ([a, b]: readonly Tensor[]): Tensor => add(a as Tensor, b as Tensor),
    mul: ([a, b]: readonly Tensor[]): Tensor => mul(a as Tensor, b as Tensor),
    where: ([a, b, c]: readonly Tensor[]): Tensor => where(a as Tensor, b as Tensor, c as Tensor),
    tanh: ([a]: readonly Tensor[]): Tensor => tanh(a as Tensor),
  };
  const ARITY = { add: 2, mul: 2, where: 3, tanh: 1 };
  const PATHS = { none: '', outer: '/outer', inner: '/outer/inner' };

  test('is in its graph: each value once, each use once, in the scope that it was written in', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 25 }), (lines) => {
        const values: Tensor[] = [parameter('0', tensor([1])), parameter('1', tensor([2])), tensor([3])];
        /** What the program itself knows: for each value its name, its scopes and the values that it reads. */
        const written: { name: string; scope: string; reads: number[] }[] = [];
        const tape = new Tape();
        tape.record(() => {
          for (const { op, operands, scope } of lines) {
            const reads = operands.slice(0, ARITY[op]).map((operand) => operand % values.length);
            const run = (): number => values.push(OPERATIONS[op](reads.map((i) => values[i] as Tensor)));
            if (scope === 'none') run();
            else if (scope === 'outer') namedScope('outer', run);
            else namedScope('outer', () => namedScope('inner', run));
            written.push({ name: op, scope: PATHS[scope], reads });
          }
          return null;
        });
        const { nodes, edges, scopes } = graphOf(tape);
        const made = nodes.filter(({ kind }) => kind === 'operation' || kind === 'loss');
        const leaves = nodes.filter((node) => !made.includes(node));
        const pathOf = (id: string | null): string => {
          const scope = scopes.find((other) => other.id === id);
          return scope === undefined ? '' : `${pathOf(scope.outer)}/${scope.name}`;
        };
        const used = new Set(written.flatMap(({ reads }) => reads).filter((i) => i < 3));
        expect(leaves.map(({ label }) => label).sort()).toEqual(
          [...used].map((i) => (i < 2 ? `${i}` : 'input')).sort(),
        );
        expect(leaves.every(({ scope }) => scope === null)).toBe(true);
        const drawnAs = (id: string): number => {
          const place = made.findIndex((node) => node.id === id);
          if (place >= 0) return place + 3;
          const label = leaves.find((node) => node.id === id)?.label;
          return label === 'input' ? 2 : Number(label);
        };
        const drawn = made.map(({ id, label, scope }) => ({
          name: label,
          scope: pathOf(scope),
          reads: edges.filter(({ to }) => to === id).map(({ from }) => drawnAs(from)),
        }));
        expect(drawn).toEqual(written);
        expect(edges.every(({ delay, only }) => delay === 0 && only === null)).toBe(true);
        expect(edges.map(({ to, input }) => `${to} ${input}`)).toEqual(
          made.flatMap(({ id }, i) => (written[i]?.reads ?? []).map((_, input) => `${id} ${input}`)),
        );
      }),
      RUNS,
    );
  });
});

describe('refusals', () => {
  test('an unknown format or option, and a tape without a recording', () => {
    const call = (options: object) => () => exportGraph(recurrence(1), options);
    expect(call({ format: 'svg' })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportGraph: format is 'svg'; the formats are dot, mermaid, json. Pass one of them.]`,
    );
    expect(call({ format: 'toString' })).toThrow(ValueError);
    expect(call({ fold: true })).toThrowErrorMatchingInlineSnapshot(
      `[ValueError: exportGraph: unknown option 'fold'; the options are format, collapseTime. Correct the name, or leave it out.]`,
    );
    expect(() => exportGraph(new Tape())).toThrowErrorMatchingInlineSnapshot(
      `[TapeError: exportGraph: this tape holds no recording; a tape holds what it recorded last, which is given up when too many others are held. Call record first, and exportGraph soon after it.]`,
    );
  });
});

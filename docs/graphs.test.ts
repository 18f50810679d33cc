/**
 * The drawings of `computational-graph.md`. `npm run graphs` writes them; every other run compares them with what the
 * program says now. Graphviz comes as WebAssembly, so that every machine lays them out alike and needs to install nothing.
 */
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import {
  exportGraph,
  type Graph,
  mul,
  namedScope,
  Parameter,
  Rng,
  randn,
  Tape,
  type TensorTree,
  tensor,
  zeros,
} from '@unroll/core';
import { type Cell, crossEntropy, GRUCell, Linear, LSTMCell, Module, RNNCell, unroll } from '@unroll/nn';
import { expect, test } from 'vitest';

const graphviz = await Graphviz.load();

/** A cell with predictions at every step. */
class Model extends Module {
  readonly cell: RNNCell;
  readonly head: Linear;

  constructor(rng: Rng) {
    super();
    this.cell = new RNNCell({ inputSize: 4, hiddenSize: 5, rng });
    this.head = new Linear({ inputSize: 5, outputSize: 6, rng });
    this.parameters(); // gives them their names
  }
}

/** Three steps of it, and their loss. */
function threeSteps(): Tape {
  const rng = new Rng(1);
  const { cell, head } = new Model(rng);
  const x = randn([2, 3, 4], { rng });
  const y = tensor(
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
    { dtype: 'int32' },
  );
  const tape = new Tape();
  tape.record(() => crossEntropy(head.forward(unroll(cell, x).outputs), y));
  return tape;
}

test.each([
  ['rnn-unrolled', false],
  ['rnn-folded', true],
] as const)('graphs/%s.svg is the graph of three steps', async (name, collapseTime) => {
  const svg = graphviz.dot(exportGraph(threeSteps(), { format: 'dot', collapseTime }));
  await expect(svg).toMatchFileSnapshot(`graphs/${name}.svg`);
});

/** The folded graph of a cell without its shapes, which have T in them outside of the steps. */
function foldedGraph<State extends TensorTree>(cell: Cell<State>, steps: number, reverse: boolean): Graph {
  const tape = new Tape();
  tape.record(() => unroll(cell, zeros([2, steps, 4]), { reverse }).outputs);
  const graph = exportGraph(tape, { format: 'json', collapseTime: true });
  return { ...graph, nodes: graph.nodes.map((node) => ({ ...node, shape: [] })) };
}

test.each([false, true])('a folded cell looks the same after 3 steps and after 7, reverse: %s', (reverse) => {
  const options = { inputSize: 4, hiddenSize: 5 };
  for (const cell of [new RNNCell(options), new GRUCell(options)]) {
    expect(foldedGraph(cell, 7, reverse)).toEqual(foldedGraph(cell, 3, reverse));
  }
  const cell = new LSTMCell(options);
  const { nodes, edges, scopes } = foldedGraph(cell, 3, reverse);
  expect(foldedGraph(cell, 7, reverse)).toEqual({ nodes, edges, scopes });
  expect(scopes.map(({ name, step }) => [name, step])).toEqual([
    ['LSTMCell.project', null],
    ['LSTMCell.step', 'every'],
  ]);
  // c and h.
  expect(edges.filter(({ delay }) => delay === (reverse ? -1 : 1))).toHaveLength(2);
  expect(nodes.filter(({ kind }) => kind === 'parameter')).toHaveLength(3);
});

test('Graphviz reads names as they were given', () => {
  const w = new Parameter(tensor([1]));
  w.name = `a"b\\n\\N<c>&amp;{d|e} é ' 1`;
  const tape = new Tape();
  tape.record(() => namedScope('"in" <f>\\', () => mul(w, w)));
  const svg = graphviz.dot(exportGraph(tape, { format: 'dot' }));
  const entities: Record<string, string> = {
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    '#39': "'",
    '#160': ' ',
    '#45': '-',
  };
  const texts = [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text = '']) =>
    text.replaceAll(/&(.*?);/g, (_, entity: string) => entities[entity] ?? entity).trim(),
  );
  expect(texts).toContain(w.name);
  expect(texts).toContain('"in" <f>\\');
});

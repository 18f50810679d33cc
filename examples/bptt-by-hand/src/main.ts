/** `npm run example bptt-by-hand`: the lecture's formulas in plain loops, beside the tape's gradient. */
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { bars } from '@unroll/viz';
import { figure, runExample, whole } from 'example-runner';
import { backward, forward, jacobian, type Table } from './by-hand.js';
import { gradients, graphOf, stateDerivatives } from './by-tape.js';
import { drawNetwork, type Network } from './network.js';
import type { Path } from './paths.js';
import { largestGap, low, sharedTerms, stateTerms, sumOf, termMap } from './terms.js';

const flags = { seeds: whole(3, 'networks, each with weights of its own') };
const exact = { atMost: 1e-12, quick: 1e-12, format: (value: number) => value.toExponential(1) };

/** Which state is taken apart: h₃. */
const LATE = 3;

await runExample({
  name: 'bptt-by-hand',
  title: 'Backpropagation through time in plain loops, as a sum over paths, and by the tape.',
  flags,
  async run({ options: { seeds }, write }) {
    const networks = Array.from({ length: seeds }, (_, i) => drawNetwork(i + 1));
    const worst = (gapOf: (network: Network) => number): number => Math.max(...networks.map(gapOf));

    const shown = drawNetwork(2); // all paths of its first derivative are of a size to be seen
    const uses = stateTerms(shown, LATE);
    for (const { paths, byTape } of uses.slice(0, 1)) write('paths.svg', pathBars(paths, byTape));
    const steps = Array.from({ length: LATE }, (_, k) => `W used at step ${k + 1}`);
    write('uses.svg', termMap(uses, steps, '∂h₃/∂W, by the step at which W is used'));
    const read = Array.from('hell', (letter, t) => `step ${t + 1}, reads ${letter}`);
    write('sharing.svg', termMap(sharedTerms(shown), read, '∂L/∂Wxh, by the step at which Wxh is used'));

    const graphviz = await Graphviz.load();
    write('unrolled.svg', graphviz.dot(graphOf(shown, false)));
    write('folded.svg', graphviz.dot(graphOf(shown, true)));

    return [
      figure('gradients of all weights: loops against tape', worst(gradientGap), exact),
      figure('∂h₃/∂h₀ as a product of diag(f′)·Whh: against tape', worst(jacobianGap), exact),
      figure(
        '∂h₃/∂Whh as a sum over paths: against tape',
        worst((network) => largestGap(stateTerms(network, LATE))),
        exact,
      ),
      figure('paths in that sum', sumOf(uses.map(({ paths }) => paths.length))),
      figure(
        'four copies of Wxh, gradients summed: against that of the one',
        worst((network) => largestGap(sharedTerms(network))),
        exact,
      ),
    ];
  },
});

/** How far two tables are apart. */
function gap(a: Table, b: Table): number {
  return Math.max(...Array.from(a.data, (value, i) => Math.abs(value - (b.data[i] ?? Number.NaN))));
}

function gradientGap(network: Network): number {
  const [byHand, byTape] = [backward(network.numbers, forward(network.numbers)), gradients(network)];
  return Math.max(...(['Wxh', 'Whh', 'b', 'Why'] as const).map((name) => gap(byHand[name], byTape[name])));
}

function jacobianGap(network: Network): number {
  const byHand = jacobian(network.numbers, forward(network.numbers), LATE);
  const rows = stateDerivatives(network, LATE).h0;
  const gaps = rows.flatMap(({ data }, i) => Array.from(data, (value, j) => Math.abs(value - byHand.get(i, j))));
  return Math.max(...gaps);
}

/** The paths of the first derivative, one below the other. */
function pathBars(paths: readonly Path[], byTape: number): string {
  const way = ({ step, units }: Path): string => units.map((unit, i) => `h${low(step + i)}[${unit + 1}]`).join(' → ');
  return bars(
    [
      ...paths.toReversed().map((path) => ({ name: `W at step ${path.step}: ${way(path)}`, value: path.value })),
      { name: 'sum', value: sumOf(paths.map(({ value }) => value)) },
      { name: 'tape', value: byTape },
    ],
    { title: '∂h₃[1]/∂W₁₁, path by path' },
  );
}

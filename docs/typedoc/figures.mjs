/** The three figures of the landing page, in the place of `<!-- figures -->`, from what `npm run bench` has kept. */
import { readFileSync } from 'node:fs';

const results = new URL('../../packages/benchmarks/results.json', import.meta.url);

/** For TypeDoc's option `markdownItLoader`. */
export function loadFigures(markdown) {
  markdown.core.ruler.after('normalize', 'figures', (state) => {
    state.src = state.src.replace('<!-- figures -->', () => figures(JSON.parse(readFileSync(results, 'utf8'))));
  });
}

function figures({ machine, races, memory }) {
  const [early, late] = [memory[0], memory.at(-1)];
  const cards = [
    [`${step(races, 'W1').ours} ms`, `a training step of a tanh RNN: 100 units, 25 steps. ${step(races, 'W1').others}`],
    [`${step(races, 'W3').ours} ms`, `the same of an LSTM: 256 units, batch 32, 64 steps. ${step(races, 'W3').others}`],
    [
      `${late.kernelBytes - early.kernelBytes} bytes`,
      `that kernel memory grows by from training step ${counted(early.steps)} to ${counted(late.steps)}, in a loop ` +
        'without <code>dispose</code> or <code>tidy</code>.',
    ],
  ];
  const list = cards.map(([figure, text]) => `<div><dt>${figure}</dt><dd>${text}</dd></div>`).join('\n');
  const { date } = races.find(({ workload }) => workload === 'W1');
  const measured = `${machine.cpu}, one core, Node ${machine.node.slice(1)}, ${date}`;
  return `<dl class="figures">\n${list}\n</dl>\n<p class="measured">Medians on ${measured}: <code>npm run bench</code></p>\n`;
}

/** Our time for a workload, and the best that each of the others reached, slower or faster. */
function step(races, workload) {
  const { rows } = races.find((race) => race.workload === workload);
  const best = (name) => {
    const times = rows.filter(({ contender }) => contender.startsWith(name)).map(({ medianMs }) => medianMs);
    if (times.length === 0)
      throw new Error(`The landing page compares with ${name}, which results.json does not hold.`);
    return Math.min(...times).toPrecision(3);
  };
  return { ours: best('Unroll'), others: `PyTorch ${best('PyTorch')} ms, TensorFlow.js ${best('tfjs')} ms.` };
}

function counted(number) {
  return number.toLocaleString('en');
}

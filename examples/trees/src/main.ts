/** `npm run example trees`: what an expression is worth, read along its tree and along its line. */
import { Rng } from '@unroll/core';
import { curves, tree } from '@unroll/viz';
import { above, figure, percent, runExample, whole, withSeeds } from 'example-runner';
import { depthOf, drawExpressions, type Expression, inLine } from './expression.js';
import { learn, opinions, understood } from './learn.js';
import { measure, WAYS } from './node-by-node.js';
import { opinionTree } from './opinion-tree.js';
import { LineReader, PairReader, type Reader, type ReaderOptions, TreeReader } from './readers.js';

const flags = {
  seeds: whole(3, 'trainings of each network', { quick: 1 }),
  expressions: whole(100_000, 'expressions to learn from', { quick: 2_000 }),
  unseen: whole(2_000, 'others to be asked about', { quick: 250 }),
  updates: whole(4_500, 'updates of each network', { quick: 60 }),
  batch: whole(64, 'expressions for each update'),
  hidden: whole(64, 'units of every network'),
  lr: above(0.03, 'learning rate of the tree-LSTM and of the LSTM'),
  pairLr: above(0.001, 'learning rate of the feed-forward network'),
  rounds: whole(21, 'how often each time is measured', { quick: 2 }),
};

/** How deep operations nest where networks learn, and how deep at most where they are asked. */
const DEPTH = 5;
const DEEPER = 8;
/** Expressions in the batches whose times are measured, and in the last of them. */
const FEWER = [8, 16, 32];
const MANY = 64;
const times = (value: number): string => `${value.toFixed(1)} times`;

await runExample({
  name: 'trees',
  title: 'Says what ListOps expressions are worth: a tree-LSTM, an LSTM of the same size, and a network without order.',
  flags,
  run({ options: { hidden: hiddenSize, batch: size, ...options }, write }) {
    const { seeds, updates, rounds } = options;
    const drawn = drawExpressions(options.unseen + options.expressions, DEPTH, new Rng(0)); // no two alike
    const [unseen, seen] = [drawn.slice(0, options.unseen), drawn.slice(options.unseen)];
    const deeper = drawExpressions(3 * options.unseen, DEEPER, new Rng(1)).filter((root) => depthOf(root) > DEPTH);
    const all = [...unseen, ...deeper];
    const byDepth = Array.from({ length: DEEPER }, (_, i) => all.filter((root) => depthOf(root) === i + 1));
    const train = <R extends Reader>(name: string, make: (options: ReaderOptions) => R, lr: number) => {
      const readers = withSeeds(seeds, (seed) => {
        const rng = new Rng(seed);
        const reader = make({ hiddenSize, rng });
        learn(`${name}, seed ${seed}`, reader, seen, { updates, size, lr, rng });
        const right = understood(reader, all);
        const share = (some: readonly Expression[]): number =>
          some.filter((root) => right.has(root)).length / some.length;
        return { reader, unseen: share(unseen), deeper: share(deeper), line: { name, y: byDepth.map(share) } };
      });
      return {
        name,
        reader: readers[0].reader,
        unseen: readers.map((one) => one.unseen),
        deeper: readers.map((one) => one.deeper),
        lines: readers.map(({ line }) => line),
      };
    };
    const along = train('tree-LSTM', (options) => new TreeReader(options), options.lr);
    const across = train('LSTM', (options) => new LineReader(options), options.lr);
    const pairs = train('pairs of neighbours', (options) => new PairReader(options), options.pairLr);

    const accuracies = [along, across, pairs].flatMap(({ lines }) => lines);
    const accuracyTitle = `Unseen expressions that are understood; what was learnt from is up to ${DEPTH} deep`;
    write('depth.svg', curves(accuracies, { title: accuracyTitle, x: 'operations inside of each other', y: 'share' }));
    const shown = byDepth[DEPTH - 1]?.find(isShown) as Expression;
    for (const { name, reader } of [along, across]) {
      const title = `What the ${name} holds each operation to be worth, and how surely`;
      write(`${name}.svg`, tree(opinionTree(shown, opinions(reader, [shown])), { title }));
    }

    const timesOf = (size: number) => measure(along.reader.cell, unseen.slice(0, size), rounds);
    const many = timesOf(MANY);
    const timed = [...FEWER.map(timesOf), many];
    const x = [...FEWER, MANY];
    const lines = WAYS.map((way) => ({ name: way, x, y: timed.map((time) => time[way].ratio) }));
    write('times.svg', curves(lines, { title: 'How many times as long as by levels', x: 'expressions', y: 'times' }));

    const [worst, best] = [Math.min(...along.unseen), Math.max(...across.unseen)];
    const nangia = { source: 'Nangia, Bowman 2018' };
    const asPercent = { format: percent };
    return [
      figure('tree-LSTM, worst seed', worst, {
        atLeast: 0.95,
        quick: 0.4,
        published: '98.7 %',
        ...asPercent,
        ...nangia,
      }),
      figure('LSTM of the same size, best seed', best, { published: '74.4 %', ...asPercent, ...nangia }),
      figure('tree-LSTM above the LSTM, in points', 100 * (worst - best), { atLeast: 10 }),
      figure('feed-forward network on pairs of neighbours, best seed', Math.max(...pairs.unseen), asPercent),
      figure('always 0', unseen.filter(({ value }) => value === 0).length / unseen.length, asPercent),
      figure('deeper than what was learnt from: tree-LSTM, worst seed', Math.min(...along.deeper), asPercent),
      figure('deeper: LSTM, best seed', Math.max(...across.deeper), asPercent),
      figure(`${MANY} expressions by levels, milliseconds`, many['by levels'].milliseconds),
      figure('the same tree by tree', many['tree by tree'].ratio, { format: times }),
      figure('the same node by node', many['node by node'].ratio, { atLeast: 5, quick: 2, format: times }),
    ];
  },
});

/** Neither too small nor too large for a picture. */
function isShown(root: Expression): boolean {
  const digits = inLine(root).filter(({ children }) => children.length === 0).length;
  return digits >= 14 && digits <= 20;
}

/** `npm run compare`: cells and layers beside each other and beside PyTorch, all on one recipe. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bpttWindows } from '@unroll/data';
import { curves } from '@unroll/viz';
import { type Figure, figure, notRun, oneOf, runExample, text, whole } from 'example-runner';
import { saveCheckpoint } from './checkpoint-file.js';
import { evaluate } from './evaluate.js';
import { begin, resume } from './open-run.js';
import type { CellKind } from './options.js';
import { windowProgress } from './progress.js';
import { publishedBits, type Row, type TextName, TOLERANCE } from './published.js';
import { train } from './train.js';
import type { Training } from './training.js';

/** Where it lies on the machines that `npm run numbers` is run on. */
const SHAKESPEARE = join(import.meta.dirname, '../../../../shared/data/tinyshakespeare.txt');

/** Bits that few updates must come below; at first there are 6. */
const QUICK = 5.7;

const flags = {
  cells: oneOf(['lstm', 'all'], 'lstm', 'the LSTM alone, or RNN, GRU and LSTM'),
  layers: whole(1, 'from one to so many on top of each other'),
  passes: whole(1, 'readings of the text'),
  hidden: whole(256, 'units of each cell', { quick: 32 }),
  updates: whole(0, 'to stop after, if not 0', { least: 0, quick: 30 }),
  shakespeare: text(null, 'Tiny Shakespeare (else what ../shared/data beside the repository has)', 'FILE'),
  checkpoints: text(null, 'where trainings are kept and gone on from (else nowhere)', 'DIR'),
};

const describe = ({ cell, layers }: Row): string => `${cell.toUpperCase()}, ${layers} layer${layers === 1 ? '' : 's'}`;

/** How long a row is trained, and where it is kept. */
interface Effort {
  readonly passes: number;
  readonly hidden: number;
  readonly updates: number;
  readonly checkpoints: string | null;
}

/** What a training came to. */
interface Learnt {
  readonly training: Training;
  /** Bits per character of validation after each pass. */
  readonly bits: readonly number[];
}

/** Trains a row, from its checkpoint on where there is one; then more passes may be behind it than were asked for. */
async function learn(row: Row, file: string | null, { passes, hidden, updates, checkpoints }: Effort): Promise<Learnt> {
  const { cell, layers } = row;
  const lr = cell === 'rnn' ? 0.001 : 0.002; // with the others' rate the RNN's gradients explode
  const given = { text: file, cell, layers, hidden, lr };
  const name = `${row.text}, ${describe(row)}`.replace(/\W+/g, '-').toLowerCase();
  const path = checkpoints === null ? null : join(checkpoints, `${name}.safetensors`);
  const run = path !== null && existsSync(path) ? resume(path, given) : begin(given);

  const { training, corpus } = run;
  const { batch, stepsPerWindow } = run.options;
  const { count } = bpttWindows(corpus.training, { batch, steps: stepsPerWindow });
  const windows = Math.max(training.windows, updates === 0 ? passes * count : updates);
  const options = { ...run.options, windows, evaluateEvery: count };
  console.log(`\n${row.text}: ${describe(row)}`);
  const shown = windowProgress({ done: training.windows, windows, charactersPerWindow: batch * stepsPerWindow });
  await train(training, corpus, options, {
    show: shown.show,
    signal: { aborted: false },
    save: () => path !== null && saveCheckpoint(path, training, corpus, options),
    turn: async () => {},
  });
  shown.stop();
  const { bits } = evaluate(training.model, corpus.validation, stepsPerWindow);
  const between = training.curve.validation.filter(({ window }) => window % count === 0);
  return { training, bits: [...between.map((point) => point.bits), bits] };
}

function figuresOf(row: Row, { bits }: Learnt): Figure[] {
  return bits.map((value, i) => {
    const theirs = publishedBits(row, i + 1);
    const name = `${row.text}: ${describe(row)}, bits after ${i + 1} ${i === 0 ? 'pass' : 'passes'}`;
    const format = (bits: number): string => bits.toFixed(3);
    if (theirs === undefined) return figure(name, value, { format });
    const published = { published: String(theirs), source: 'PyTorch 1.13.1 on the same recipe' };
    return figure(name, value, { atMost: theirs + TOLERANCE, quick: QUICK, format, ...published });
  });
}

await runExample({
  name: 'char-lm',
  command: 'node examples/char-lm/dist/compare.js',
  title:
    'Trains character models, an LSTM or RNN, GRU and LSTM in one layer and several, on the recipe that PyTorch was given.',
  flags,
  async run({ options: { cells, layers, shakespeare, ...effort }, write }) {
    if (effort.checkpoints !== null) mkdirSync(effort.checkpoints, { recursive: true });
    const kinds: readonly CellKind[] = cells === 'all' ? ['lstm', 'gru', 'rnn'] : ['lstm'];
    const depths = Array.from({ length: layers }, (_, i) => i + 1);
    const figures: Figure[] = [];
    const texts = { 'Tiny Shakespeare': shakespeare ?? SHAKESPEARE, 'lib.dom.d.ts': null };
    for (const [text, file] of Object.entries(texts) as [TextName, string | null][]) {
      if (shakespeare === null && file === SHAKESPEARE && !existsSync(file)) {
        figures.push(notRun(text, 'needs --shakespeare FILE'));
        continue;
      }
      const lines = [];
      for (const row of depths.flatMap((layers) => kinds.map((cell) => ({ text, cell, layers })))) {
        const learnt = await learn(row, file, effort);
        figures.push(...figuresOf(row, learnt));
        const { training } = learnt.training.curve;
        lines.push({ name: describe(row), y: training, smooth: Math.ceil(training.length / 20) });
      }
      const title = `Learning ${text}`;
      write(
        `${text.replace(' ', '-').toLowerCase()}.svg`,
        curves(lines, { title, x: 'updates', y: 'bits per character' }),
      );
    }
    return figures;
  },
});

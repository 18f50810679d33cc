/** Trains the minimal gated unit beside the GRU: `node dist/main.js [length of the sequences] [updates between lines]`. */
import { checkSize, Rng } from '@unroll/core';
import { GRUCell } from '@unroll/nn';
import { addingProblem, GUESSING } from './adding-problem.js';
import { Learner } from './learner.js';
import { MinimalGatedUnit } from './minimal-gated-unit.js';

const [length = 40, updates = 100] = process.argv.slice(2).map(Number);
checkSize('custom-cell', 'the length of the sequences', length, 2);
checkSize('custom-cell', 'the number of updates between lines', updates);

const SEED = 1;
const LINES = 10;
/** What both must reach: a tenth of the error of guessing. */
const WANTED = GUESSING / 10;

const sizes = { inputSize: 2, hiddenSize: 16 };
const learners = [
  new Learner((rng) => new MinimalGatedUnit({ ...sizes, rng }), SEED),
  new Learner((rng) => new GRUCell({ ...sizes, rng }), SEED),
];
const unseen = addingProblem(500, length, new Rng(SEED + 1));

const print = (first: string, ...columns: readonly string[]): void => {
  console.log([first.padStart(7), ...columns.map((column) => column.padStart(20))].join(''));
};

console.log(`The adding problem over ${length} steps: mean squared error on unseen sequences.`);
console.log(`Guessing costs ${GUESSING.toFixed(4)}; both must get below ${WANTED.toFixed(4)}.\n`);
print('updates', 'minimal gated unit', 'GRU');
const counts = learners.map(({ cell }) => cell.parameterCount());
print('', ...counts.map((count) => `${count} parameters`));
let errors: number[] = [];
for (let line = 0; line <= LINES; line++) {
  if (line > 0) for (const learner of learners) learner.learn(updates, length);
  errors = learners.map((learner) => learner.error(unseen).item());
  print(String(line * updates), ...errors.map((error) => error.toFixed(4)));
}

if (!errors.every((error) => error < WANTED))
  throw new Error(`An error is not below ${WANTED.toFixed(4)}: the adding problem was not learned.`);

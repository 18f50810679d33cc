/** Trains the minimal gated unit beside the GRU: `node dist/main.js [length of the sequences] [updates between lines]`. */
import { checkSize, Rng } from '@unroll/core';
import { GRUCell } from '@unroll/nn';
import { addingProblem, GUESSING } from './adding-problem.js';
import { Learner } from './learner.js';
import { MinimalGatedUnit } from './minimal-gated-unit.js';

const [length = 40, updates = 100] = process.argv.slice(2).map(Number);
checkSize('custom-cell', 'the length of the sequences', length, 2);
checkSize('custom-cell', 'the number of updates', updates);

const SEED = 1;
const LINES = 10;
/** The mean squared error to be reached by both: a tenth of what guessing costs. */
const WANTED = GUESSING / 10;

const sizes = { inputSize: 2, hiddenSize: 16 };
const gatedUnit = new Learner((rng) => new MinimalGatedUnit({ ...sizes, rng }), SEED);
const gru = new Learner((rng) => new GRUCell({ ...sizes, rng }), SEED);
const unseen = addingProblem(500, length, new Rng(SEED + 1));

const print = (name: string | number, ...values: readonly [string | number, string | number]): void => {
  console.log(`${String(name).padStart(10)}${values.map((value) => String(value).padStart(20)).join('')}`);
};

console.log(`The adding problem over ${length} steps: mean squared error on unseen sequences; guessing costs 0.167\n`);
print('', 'minimal gated unit', 'GRU');
const count = (learner: Learner): number => learner.cell.parameters().reduce((sum, { size }) => sum + size, 0);
print('parameters', count(gatedUnit), count(gru));
print('updates', '', '');
const errors = (): [number, number] => [gatedUnit.error(unseen).item(), gru.error(unseen).item()];
for (let line = 0; line <= LINES; line++) {
  if (line > 0) for (const learner of [gatedUnit, gru]) learner.learn(updates, length);
  const [a, b] = errors();
  print(line * updates, a.toFixed(5), b.toFixed(5));
}
const worst = Math.max(...errors());
if (!(worst < WANTED)) throw new Error(`An error of ${worst.toFixed(5)} is left; below ${WANTED.toFixed(5)} was wanted.`);

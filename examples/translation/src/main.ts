/** `npm run example translation`: from one sequence to another, through one vector or with attention. */
import { above, runExample, whole } from 'example-runner';
import { translateDates } from './dates.js';
import { answerQuestions } from './dialogue.js';
import { translateNumbers } from './numbers.js';

const flags = {
  seeds: whole(3, 'trainings of each network', { quick: 1 }),
  pairs: whole(20_000, 'dates to learn from; a quarter as many numbers, five times as many dialogues', {
    quick: 1_000,
  }),
  unseen: whole(1_000, 'other pairs, to be tried on', { quick: 50 }),
  hidden: whole(64, 'units of every cell', { quick: 48 }),
  batch: whole(64, 'pairs of an update', { quick: 32 }),
  lr: above(0.005, 'learning rate of Adam at the beginning; it falls to 0', { quick: 0.01 }),
  dates: whole(300, 'updates on dates', { quick: 75 }),
  digits: whole(350, 'updates from numbers in words to digits', { quick: 2 }),
  words: whole(400, 'updates back', { quick: 2 }),
  dialogue: whole(1_500, 'updates on the dialogue', { quick: 2 }),
};

await runExample({
  name: 'translation',
  title: 'Dates into another form, numbers into digits and back, and answers to questions.',
  flags,
  run({ options: { pairs, hidden, dates, digits, words, dialogue, ...options }, write }) {
    const setting = { ...options, count: pairs, hiddenSize: hidden, write };
    return [
      ...translateDates({ ...setting, updates: dates }),
      ...translateNumbers({ ...setting, updates: digits, count: Math.ceil(pairs / 4) }, words),
      ...answerQuestions({ ...setting, updates: dialogue, count: 5 * pairs }),
    ];
  },
});

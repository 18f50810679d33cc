import { expect, test } from 'vitest';
import { above, describeFlags, oneOf, share, text, toggle, whole, withDefaults } from './flags/index.js';
import { readFlags } from './read-flags.js';

const table = {
  steps: whole(100, 'updates', { quick: 5 }),
  stepsPerWindow: whole(64, 'steps between two updates'),
  lr: above(0.01, 'learning rate'),
  dropout: share(0, 'share of outputs that are zeroed'),
  cell: oneOf(['rnn', 'lstm', 'gru'], 'lstm', 'which cell'),
  data: text(null, 'file to learn', 'FILE'),
  all: toggle('no part is left out'),
};

test('without arguments every option has its default, and in a quick run its quick one', () => {
  const defaults = { steps: 100, stepsPerWindow: 64, lr: 0.01, dropout: 0, cell: 'lstm', data: null, all: false };
  expect(readFlags(table, []).options).toEqual({});
  expect(withDefaults(table)).toEqual(defaults);
  expect(withDefaults(table, {}, { quick: true })).toEqual({ ...defaults, steps: 5 });
  expect(withDefaults(table, { steps: 7 }, { quick: true }).steps).toBe(7);
});

test('options are read', () => {
  const args = ['--cell', 'gru', '--all', '--lr=1e-2', '--steps-per-window', '32'];
  const options = { cell: 'gru', all: true, lr: 0.01, stepsPerWindow: 32 };
  expect(readFlags(table, args)).toEqual({ options, help: false });
  expect(readFlags(table, [...args, '-h'])).toEqual({ options, help: true });
});

test('help names every option', () => {
  expect(describeFlags(table)).toMatchInlineSnapshot(`
    "  --steps N             updates [100]
      --steps-per-window N  steps between two updates [64]
      --lr X                learning rate [0.01]
      --dropout P           share of outputs that are zeroed [0]
      --cell KIND           which cell [lstm]
      --data FILE           file to learn
      --all                 no part is left out
      --help                prints this"
  `);
});

test.each([
  [['--cell', 'cnn'], '--cell is "cnn", but must be rnn, lstm or gru.'],
  [['--steps', '0'], '--steps is "0", but must be a whole number of at least 1.'],
  [['--steps', '2.5'], '--steps is "2.5", but must be a whole number of at least 1.'],
  [['--lr', '-1'], "Option '--lr' argument is ambiguous. See --help."],
  [['--lr=-1'], '--lr is "-1", but must be a number above 0.'],
  [['--lr', 'fast'], '--lr is "fast", but must be a number above 0.'],
  [['--dropout', '1'], '--dropout is "1", but must be a number of at least 0 and below 1.'],
  [['--data', ''], '--data is empty. See --help.'],
  [['--all=no'], "Option '--all' does not take an argument. See --help."],
  [['--stps', '5'], "Unknown option '--stps'. See --help."],
])('%j is refused', (args, message) => {
  expect(() => readFlags(table, args)).toThrow(message);
});

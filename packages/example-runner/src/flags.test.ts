import { expect, test } from 'vitest';
import { above, describeFlags, oneOf, readFlags, share, text, whole, withDefaults } from './flags.js';

const table = {
  steps: whole(100, 'updates', { quick: 5 }),
  stepsPerWindow: whole(64, 'steps between two updates'),
  lr: above(0.01, 'learning rate'),
  dropout: share(0, 'share of outputs that are zeroed'),
  cell: oneOf(['rnn', 'lstm', 'gru'], 'lstm', 'which cell'),
  data: text(null, 'file to learn', 'FILE'),
};

test('without arguments every option has its default, and in a quick run its quick one', () => {
  const defaults = { steps: 100, stepsPerWindow: 64, lr: 0.01, dropout: 0, cell: 'lstm', data: null };
  expect(withDefaults(table, readFlags(table, []))).toEqual(defaults);
  expect(withDefaults(table, readFlags(table, ['--quick']))).toEqual({ ...defaults, steps: 5 });
  expect(withDefaults(table, readFlags(table, ['--quick', '--steps', '7'])).steps).toBe(7);
});

test('options are read', () => {
  const { options, help, quick } = readFlags(table, ['--cell', 'gru', '--lr=1e-2', '--steps-per-window', '32', '-h']);
  expect(options).toEqual({ cell: 'gru', lr: 0.01, stepsPerWindow: 32 });
  expect([help, quick]).toEqual([true, false]);
});

test('help names every option', () => {
  expect(describeFlags(table)).toMatchInlineSnapshot(`
    "  --steps N             updates [100]
      --steps-per-window N  steps between two updates [64]
      --lr X                learning rate [0.01]
      --dropout P           share of outputs that are zeroed [0]
      --cell KIND           which cell [lstm]
      --data FILE           file to learn
      --quick               few steps, to see that it works
      --help                prints this"
  `);
});

test.each([
  [['--cell', 'cnn'], '--cell is "cnn", but must be rnn, lstm or gru.'],
  [['--steps', '0'], '--steps is "0", but must be a whole number of at least 1.'],
  [['--steps', '2.5'], '--steps is "2.5", but must be a whole number of at least 1.'],
  [['--lr=-1'], '--lr is "-1", but must be a number above 0.'],
  [['--lr', 'fast'], '--lr is "fast", but must be a number above 0.'],
  [['--dropout', '1'], '--dropout is "1", but must be a number of at least 0 and below 1.'],
  [['--data', ''], '--data is empty. See --help.'],
  [['--stps', '5'], "Unknown option '--stps'. See --help."],
])('%j is refused', (args, message) => {
  expect(() => readFlags(table, args)).toThrow(message);
});

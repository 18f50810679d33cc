import { expect, test } from 'vitest';
import { defaults } from './options.js';
import { helpText, readOptions } from './read-options.js';

test('without arguments nothing is given, and help names every option', () => {
  expect(readOptions([])).toEqual({});
  expect(readOptions(['--help'])).toBeNull();
  for (const name of ['--text', '--cell', '--steps-per-window', '--temperature', '--out', '--resume']) {
    expect(helpText()).toContain(name);
  }
  expect(helpText()).toContain(`[${defaults.checkpointEvery}]`);
});

test('options are read', () => {
  const options = readOptions(['--cell', 'gru', '--lr=1e-2', '--steps-per-window', '32', '--prime', 'a b']);
  expect(options).toEqual({ cell: 'gru', lr: 0.01, stepsPerWindow: 32, prime: 'a b' });
});

test.each([
  [['--cell', 'cnn'], '--cell is "cnn", but must be rnn, lstm or gru.'],
  [['--windows', '0'], '--windows is "0", but must be a whole number of at least 1.'],
  [['--hidden', '2.5'], '--hidden is "2.5", but must be a whole number of at least 1.'],
  [['--lr', '-1'], "Option '--lr' argument is ambiguous. See --help."],
  [['--lr=-1'], '--lr is "-1", but must be a number above 0.'],
  [['--lr', 'fast'], '--lr is "fast", but must be a number above 0.'],
  [['--dropout', '1'], '--dropout is "1", but must be a number of at least 0 and below 1.'],
  [['--text', ''], '--text is empty. See --help.'],
  [['--hiden', '5'], "Unknown option '--hiden'. See --help."],
])('%j is refused', (args, message) => {
  let said = '';
  try {
    readOptions(args);
  } catch (error) {
    said = (error as Error).message.replaceAll('\n', ' ');
  }
  expect(said).toBe(message);
});

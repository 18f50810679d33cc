import { defaults } from 'example-char-lm';
import { expect, test } from 'vitest';
import { commandOf } from './command.js';

test('only what differs from the defaults is said, as a shell reads it', () => {
  expect(commandOf(defaults)).toEqual(['npm start --']);
  const options = { ...defaults, text: "my text's.txt", cell: 'gru', lr: 0.01, prime: 'a' } as const;
  expect(commandOf({ ...options, stepsPerWindow: 32 }).join(' ')).toMatchInlineSnapshot(
    `"npm start -- --text 'my text'\\''s.txt' --cell gru --steps-per-window 32 --lr 0.01 --prime a"`,
  );
});

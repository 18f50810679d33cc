import { expect, test } from 'vitest';
import { claim } from './one-copy.js';

test('a second copy of the package is refused, the first may ask again', () => {
  const first = (globalThis as { [key: symbol]: unknown })[Symbol.for('@unroll/core')] as string;
  claim(first);
  let message = '';
  try {
    claim('file:///app/node_modules/nn/node_modules/@unroll/core/dist/one-copy.js');
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message.replace(first, 'file:///app/node_modules/@unroll/core/dist/one-copy.js')).toMatchInlineSnapshot(
    `"@unroll/core: a second copy is being loaded; tensors of one would be unknown to the other: the first is file:///app/node_modules/@unroll/core/dist/one-copy.js, this one file:///app/node_modules/nn/node_modules/@unroll/core/dist/one-copy.js. Make all packages use one copy (npm ls @unroll/core shows who brings which, npm dedupe often mends it)."`,
  );
});

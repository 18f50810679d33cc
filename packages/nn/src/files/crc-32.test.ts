import { expect, test } from 'vitest';
import { crc32 } from './crc-32.js';

test('the check value that is published with it', () => {
  expect(crc32(new Uint8Array(Buffer.from('123456789')))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});

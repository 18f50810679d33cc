import { expect, it } from 'vitest';
import { strictModule } from './generated/strict-module.js';
import { bytesOfText } from './module-text.js';

it('reads every byte', () => {
  const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  const characters = printable.filter((character) => !`'"\`\\<$`.includes(character)).slice(0, 86);
  const pages = ['', '|', '}'].flatMap((mark) => characters.map((character) => mark + character));
  expect([...bytesOfText(pages.slice(0, 256).join(''))]).toEqual(Array.from({ length: 256 }, (_, i) => i));
});

it('has nothing that a string, a template or a page would need to escape', () => {
  expect(strictModule).toMatch(/^[ -~]+$/);
  expect(strictModule).not.toMatch(/['"`\\<$]/);
});

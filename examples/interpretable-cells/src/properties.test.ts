import { expect, test } from 'vitest';
import { PROPERTIES, propertiesOf } from './properties.js';

/** Two lines for each property: the text, and below each character its digit. */
const text = ['  a("b(", [c])/*/ d', '*/ `e'].join('\n');
const expected = {
  'line position': '1234567890123456789012345',
  indentation: '1222222222222222222000000',
  quotes: '0000111000000000000000011',
  brackets: '0001111111221000000000000',
  comments: '0000000000000001111110000',
};

test('each character leaves its reader where the text is then', () => {
  const properties = propertiesOf(text);
  for (const property of PROPERTIES) {
    expect(properties[property].map((value) => value % 10).join(''), property).toBe(expected[property]);
  }
});

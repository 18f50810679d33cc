import { expect, test } from 'vitest';
import { withFigures } from './performance-page.js';

const text =
  'Before\n<!-- measured: one -->\nold\n<!-- end -->\nbetween\n<!-- measured: two -->\n<!-- end -->\nafter\n';

test('figures replace what stood between the marks, and nothing else', () => {
  const once = withFigures(text, { one: '1', two: '2' });
  expect(once).toMatchInlineSnapshot(`
    "Before
    <!-- measured: one -->

    1

    <!-- end -->
    between
    <!-- measured: two -->

    2

    <!-- end -->
    after
    "
  `);
  expect(withFigures(once, { one: '1', two: '2' })).toBe(once);
});

test('a mark that nothing is measured for is an error', () => {
  expect(() => withFigures(text, { one: '1' })).toThrowErrorMatchingInlineSnapshot(
    `[Error: docs/performance.md asks for "two", which is not measured.]`,
  );
});

import { afterEach, expect, test, vi } from 'vitest';
import { track } from './track.js';

afterEach(() => vi.restoreAllMocks());

test('counts every step, and says now and then how it goes', () => {
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  const bar = track('RNN', 12);
  const seen: number[] = [];
  for (const step of bar) {
    seen.push(step);
    bar.note(`at ${step}`);
  }
  expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => i));
  expect(said.mock.calls.flat()).toEqual([3, 6, 9, 12].map((n) => `RNN ${n}/12 · at ${n - 1} · 0 s left`));
});

test('can be left early', () => {
  const seen: number[] = [];
  for (const step of track('RNN', 12)) {
    if (step === 2) break;
    seen.push(step);
  }
  expect(seen).toEqual([0, 1]);
});

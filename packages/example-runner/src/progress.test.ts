import { afterEach, expect, test, vi } from 'vitest';
import { progress } from './progress.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test('time left is that of the steps of this run, and lines are as many as wanted', () => {
  vi.useFakeTimers();
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  const shown = progress({ label: 'window', steps: 200, done: 100, lines: 4 });
  for (let step = 101; step <= 200; step += 1) {
    vi.advanceTimersByTime(2_000);
    shown.show(step, step === 200 ? '' : `loss ${step}`);
  }
  shown.stop();
  expect(said.mock.calls.flat()).toEqual(['window 150/200 · loss 150 · 1 min 40 s left', 'window 200/200 · 0 s left']);
});

test('lines also in a terminal, where they are wanted', () => {
  const before = process.stdout.isTTY;
  process.stdout.isTTY = true;
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  const shown = progress({ label: 'window', steps: 1, plain: true });
  shown.show(1, 'done');
  shown.stop();
  process.stdout.isTTY = before;
  expect(said.mock.calls.flat()).toEqual(['window 1/1 · done · 0 s left']);
});

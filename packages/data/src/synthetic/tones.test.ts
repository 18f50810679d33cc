import { Rng } from '@unroll/core';
import { expect, test } from 'vitest';
import * as synthetic from './index.js';
import { nearestMean } from './nearest-mean.fixture.js';
import { expectFrequencies } from './statistics.fixture.js';

const FORMANTS: Readonly<Record<string, readonly number[]>> = {
  i: [270, 2290],
  e: [530, 1840],
  a: [730, 1090],
  u: [300, 870],
};

interface Run {
  readonly sound: string;
  readonly frames: readonly (readonly number[])[];
}

/** Frames of one label after the other; a sound that follows itself is one run with it. */
function runsOf({ x, y, lengths }: synthetic.Tones): Run[][] {
  const labels = y.toArray() as number[][];
  return (x.toArray() as number[][][]).map((frames, n) => {
    const runs: { sound: string; frames: number[][] }[] = [];
    frames.slice(0, lengths.data[n]).forEach((frame, t) => {
      const sound = synthetic.TONE_SOUNDS[labels[n]?.[t] ?? -1] ?? '';
      const run = runs.at(-1);
      if (run?.sound === sound) run.frames.push(frame);
      else runs.push({ sound, frames: [frame] });
    });
    return runs;
  });
}

/** The pitch in Hz: the middle of what stands out of the noise in the first 8 bands. */
function pitchOf(frame: readonly number[]): number {
  const bands = frame
    .slice(0, 8)
    .map((power, band) => ({ power: power > 0.2 ? power : 0, hertz: synthetic.TONE_BANDS.pitch[band] ?? 0 }));
  const all = bands.reduce((sum, { power }) => sum + power, 0);
  return bands.reduce((sum, { power, hertz }) => sum + power * hertz, 0) / all;
}

/** The vowel, and a length of the vocal tract, whose spectrum is nearest to the mean of some frames. */
function vowelOf(frames: readonly (readonly number[])[]): string {
  const heard = Array.from(
    { length: 24 },
    (_, band) => frames.reduce((sum, frame) => sum + (frame[8 + band] ?? 0), 0) / frames.length,
  );
  let best = { vowel: '', error: Number.POSITIVE_INFINITY };
  for (const [vowel, formants] of Object.entries(FORMANTS)) {
    for (let tract = 0.9; tract <= 1.1; tract += 0.01) {
      const error = heard.reduce((sum, power, band) => {
        const hertz = synthetic.TONE_BANDS.vowel[band] ?? 0;
        const expected = formants.reduce(
          (total, formant) => total + 1 / (1 + ((hertz - tract * formant) / 100) ** 2),
          0,
        );
        return sum + (power - expected) ** 2;
      }, 0);
      if (error < best.error) best = { vowel, error };
    }
  }
  return best.vowel;
}

test('labels are what can be heard in whole sounds', () => {
  const runs = runsOf(synthetic.tones({ count: 300, rng: new Rng(1) }))
    .flat()
    .filter(({ frames }) => frames.length <= 10); // single sounds
  const heard = runs.map(({ frames }) => {
    const [third, rest] = [Math.floor(frames.length / 3), frames.length - Math.floor(frames.length / 3)];
    const mean = (part: readonly (readonly number[])[]): number =>
      part.reduce((sum, frame) => sum + pitchOf(frame), 0) / part.length;
    const rise = mean(frames.slice(rest)) - mean(frames.slice(0, third));
    const tone = Math.abs(rise) < 12 ? 'level' : rise > 0 ? 'rising' : 'falling';
    return `${vowelOf(frames.slice(2, -2))} ${tone}`;
  });
  expect(runs.length).toBeGreaterThan(800);
  const right = runs.filter(({ sound }, i) => sound === heard[i]);
  expect(right.length / runs.length).toBeGreaterThan(0.98); // noise, and voices at the edge of the bands
});

test('sounds last 6 to 10 frames and are equally likely; padding follows them', () => {
  const data = synthetic.tones({ count: 5_000, sounds: 1, rng: new Rng(2) });
  const { x, y, lengths, mask } = data;
  expect([x.shape, y.shape, mask.shape, lengths.shape]).toEqual([[5_000, 10, 32], [5_000, 10], [5_000, 10], [5_000]]);
  expect([x.dtype, y.dtype, mask.dtype, lengths.dtype]).toEqual(['float32', 'int32', 'float32', 'int32']);
  expectFrequencies(
    Array.from(lengths.data, (length) => length - 6),
    new Array<number>(5).fill(1 / 5),
  );
  const [labels, counts, powers, marks] = [y.toArray() as number[][], lengths.data, x.data, mask.data];
  expectFrequencies(
    labels.map(([first = -1]) => first),
    new Array<number>(12).fill(1 / 12),
  );
  labels.forEach((row, n) => {
    const length = counts[n] ?? 0;
    expect(row).toEqual([...new Array<number>(length).fill(row[0] ?? -1), ...new Array<number>(10 - length).fill(-1)]);
    expect(marks.slice(10 * n, 10 * (n + 1)).join('')).toBe('1'.repeat(length).padEnd(10, '0'));
    expect(powers.slice(32 * (10 * n + length), 320 * (n + 1)).every((power) => power === 0)).toBe(true);
  });
});

test('formants glide from one vowel to the next', () => {
  const borders = runsOf(synthetic.tones({ count: 400, sounds: 2, rng: new Rng(3) })).flatMap(([first, second]) =>
    first?.sound.startsWith('i') && second?.sound.startsWith('u')
      ? [[...first.frames.slice(-3), ...second.frames.slice(0, 3)]]
      : [],
  );
  // The second formant of i is near 2290 Hz, of u near 870: the power from 2000 Hz on, frame by frame.
  const powers = Array.from(
    { length: 6 },
    (_, t) => borders.reduce((sum, frames) => sum + Math.max(...(frames[t] ?? []).slice(8 + 18)), 0) / borders.length,
  );
  expect(borders.length).toBeGreaterThan(20);
  expect(powers[0]).toBeGreaterThan(0.9);
  expect(powers[5]).toBeLessThan(0.2);
  expect(powers[2]).toBeLessThan((powers[0] ?? 0) - 0.2);
  expect(powers.slice(1).every((power, t) => power < (powers[t] ?? 0) + 0.05)).toBe(true);
});

test('the baselines', () => {
  const framesOf = (seed: number): { rows: number[][]; classes: number[] } => {
    const { x, y } = synthetic.tones({ count: 300, rng: new Rng(seed) });
    const labels = Array.from(y.data);
    return {
      rows: (x.toArray() as number[][][]).flat().filter((_, i) => (labels[i] ?? -1) >= 0),
      classes: labels.filter((label) => label >= 0),
    };
  };
  const { guess, frame } = synthetic.TONES_BASELINES;
  expect(guess).toBe(1 / synthetic.TONE_SOUNDS.length);
  expect(Math.abs(nearestMean(framesOf(4), framesOf(5)) - frame)).toBeLessThan(0.02);
});

test('a sample', () => {
  const { x, y, lengths } = synthetic.tones({ count: 1, sounds: 1, rng: new Rng(1) });
  expect(lengths.toArray()).toMatchInlineSnapshot(`
    [
      10,
    ]
  `);
  expect(synthetic.TONE_SOUNDS[y.data[0] ?? -1]).toMatchInlineSnapshot(`"u falling"`);
  expect(JSON.stringify(Array.from(x.data.slice(0, 8)))).toMatchInlineSnapshot(
    `"[0.0036890741903334856,-0.015448433347046375,0.09339787065982819,0.3891702890396118,0.6942593455314636,0.3219476640224457,0.07282217592000961,-0.012810628861188889]"`,
  );
});

test('bad input is refused', () => {
  expect(() => synthetic.tones({ count: 1, sounds: 0, rng: new Rng(1) })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.tones: sounds is 0; it must be a whole number of at least 1. Correct sounds.]`,
  );
});

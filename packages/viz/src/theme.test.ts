/**
 * Whether colours are told apart: contrast as WCAG 2.2 defines it, and distances in CIELAB between colours as readers with
 * one missing kind of cone see them.
 */
import { expect, test } from 'vitest';
import { COLORS, inkOn } from './theme.js';

type Rgb = readonly [number, number, number];

/** Linear light of `#rrggbb`. */
function linear(color: string): Rgb {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const share = Number.parseInt(color.slice(i, i + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return [r, g, b];
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [a, b].map((color) => dot(linear(color), [0.2126, 0.7152, 0.0722])).sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const dot = (a: Rgb, b: Rgb): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** As a browser lays one colour over another. */
function over(color: string, strength: number, ground: string): string {
  const mixed = [1, 3, 5].map((i) => {
    const [a, b] = [color, ground].map((c) => Number.parseInt(c.slice(i, i + 2), 16));
    return Math.round(((a ?? 0) * strength + (b ?? 0) * (100 - strength)) / 100);
  });
  return `#${mixed.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** @source G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", 2009, severity 1.0 */
const SEEN_BY: Readonly<Record<string, readonly [Rgb, Rgb, Rgb]>> = {
  everyone: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopes: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopes: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopes: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function lab(rgb: Rgb): Rgb {
  const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f(dot(rgb, [0.4124, 0.3576, 0.1805]) / 0.95047);
  const y = f(dot(rgb, [0.2126, 0.7152, 0.0722]));
  const z = f(dot(rgb, [0.0193, 0.1192, 0.9505]) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function distance(a: string, b: string, matrix: readonly [Rgb, Rgb, Rgb]): number {
  const clamp = (share: number): number => Math.min(1, Math.max(0, share));
  const see = (color: string): Rgb => {
    const rgb = linear(color);
    return lab([clamp(dot(matrix[0], rgb)), clamp(dot(matrix[1], rgb)), clamp(dot(matrix[2], rgb))]);
  };
  const [p, q] = [see(a), see(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

const schemes = ['light', 'dark'] as const;
const colorOf = (name: string, scheme: 'light' | 'dark'): string => COLORS[name]?.[scheme === 'light' ? 0 : 1] ?? '';
const lines = ['line1', 'line2', 'line3', 'line4', 'line5', 'line6'];

test.each(schemes)('words and lines have a contrast of 4.5 to the ground: %s', (scheme) => {
  for (const name of ['ink', 'quiet', ...lines]) {
    expect(contrast(colorOf(name, scheme), colorOf('paper', scheme)), name).toBeGreaterThanOrEqual(4.5);
  }
});

test.each(schemes)('letters have a contrast of 4.4 to their cell, whatever its number: %s', (scheme) => {
  for (const side of ['above', 'below']) {
    for (let strength = 0; strength <= 100; strength++) {
      const cell = over(colorOf(side, scheme), strength, colorOf('paper', scheme));
      const ink = colorOf(inkOn(strength).slice('var(--'.length, -1), scheme);
      expect(contrast(cell, ink), `${side} ${strength}`).toBeGreaterThanOrEqual(4.4);
    }
  }
});

// A distance of 2.3 is just noticed where two colours touch.
test.each(schemes)('lines are 11 apart for every kind of reader, the two colours of cells 25: %s', (scheme) => {
  for (const [reader, matrix] of Object.entries(SEEN_BY)) {
    for (const [i, name] of lines.entries()) {
      for (const other of lines.slice(i + 1)) {
        const apart = distance(colorOf(name, scheme), colorOf(other, scheme), matrix);
        expect(apart, `${name} and ${other} for ${reader}`).toBeGreaterThanOrEqual(11);
      }
    }
    expect(distance(colorOf('above', scheme), colorOf('below', scheme), matrix), reader).toBeGreaterThanOrEqual(25);
  }
});

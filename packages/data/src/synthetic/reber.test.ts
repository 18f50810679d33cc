import { add, mul, Rng, tensor } from '@unroll/core';
import { expect, test } from 'vitest';
import { expectTensorsToSpell, legalByPrefix, observedByPrefix } from './grammar.fixture.js';
import * as synthetic from './index.js';
import { expectMean } from './statistics.fixture.js';

// The grammar as a regular expression, by eliminating the states of its drawing.
const INNER = 'B(?:(?:TS*X|PT*VP)(?:XT*VP)*(?:S|XT*VV)|PT*VV)E';
const REBER = new RegExp(`^${INNER}$`);
const EMBEDDED = new RegExp(`^B([TP])${INNER}\\1E$`);
const CONTINUAL = new RegExp(`^(?:B([TP])${INNER}\\1E)*`);

test('the automaton of these tests knows published strings', () => {
  // https://cnl.salk.edu/~schraudo/teach/NNcourse/reber.html: some that are Reber strings, and some that are not
  const right = ['BTSSXXTVVE', 'BPVVE', 'BTXXVPSE', 'BPVPXVPXVPXVVE', 'BTSXXVPSE'];
  const wrong = ['BTSSPXSE', 'BPTVVB', 'BTXXVVSE', 'BPVSPSE', 'BTSSSE'];
  expect(right.filter((text) => REBER.test(text))).toEqual(right);
  expect(wrong.filter((text) => REBER.test(text))).toEqual([]);
});

test('all strings are legal, and tensors spell them', () => {
  const plain = synthetic.reber({ count: 500, rng: new Rng(1) });
  expect(plain.strings.filter((text) => !REBER.test(text))).toEqual([]);
  expectTensorsToSpell(plain, synthetic.REBER_SYMBOLS);
  const embedded = synthetic.embeddedReber({ count: 500, rng: new Rng(1) });
  expect(embedded.strings.filter((text) => !EMBEDDED.test(text))).toEqual([]);
  expectTensorsToSpell(embedded, synthetic.REBER_SYMBOLS);
});

test.each([synthetic.reber, synthetic.embeddedReber])('%o: what may follow is what does follow', (draw) => {
  const data = draw({ count: 5_000, rng: new Rng(2) });
  const legal = legalByPrefix(data, synthetic.REBER_SYMBOLS);
  const observed = observedByPrefix(data.strings, 60); // a way is missed with probability 2⁻⁶⁰
  expect(observed.size).toBeGreaterThan(30);
  expect(new Map([...observed].map(([prefix]) => [prefix, legal.get(prefix)]))).toEqual(observed);
});

test('the next symbol that has to be remembered is the last but one', () => {
  const { strings, recall } = synthetic.embeddedReber({ count: 100, rng: new Rng(3) });
  (recall.toArray() as number[][]).forEach((flags, n) => {
    const places = flags.flatMap((flag, t) => (flag === 1 ? [t + 1] : []));
    expect(places).toEqual([(strings[n]?.length ?? 0) - 2]);
  });
});

test('strings have 8 symbols on average, embedded ones 12', () => {
  const lengths = (strings: readonly string[]): number[] => strings.map(({ length }) => length);
  expectMean(lengths(synthetic.reber({ count: 20_000, rng: new Rng(4) }).strings), 8);
  expectMean(lengths(synthetic.embeddedReber({ count: 20_000, rng: new Rng(4) }).strings), 12);
});

test('distinct strings are distinct', () => {
  const { strings } = synthetic.embeddedReber({ count: 512, distinct: true, rng: new Rng(5) });
  expect(new Set(strings).size).toBe(512);
  const repeating = synthetic.embeddedReber({ count: 512, rng: new Rng(5) });
  expect(new Set(repeating.strings).size).toBeLessThan(512);
});

test('a stream is one string after the other, with the same marks', () => {
  const singles = legalByPrefix(synthetic.embeddedReber({ count: 5_000, rng: new Rng(9) }), synthetic.REBER_SYMBOLS);
  const { strings, x, y, legal, recall } = synthetic.continualReber({ count: 3, steps: 400, rng: new Rng(6) });
  expect([x.shape, y.shape, recall.shape, legal.shape]).toEqual([
    [3, 400],
    [3, 400],
    [3, 400],
    [3, 400, 7],
  ]);
  strings.forEach((stream, n) => {
    expect(stream).toHaveLength(401);
    const whole = CONTINUAL.exec(stream)?.[0] ?? '';
    expect(whole.length).toBeGreaterThan(300);
    const spelled = (row: readonly number[] | undefined): string | undefined =>
      row?.map((id) => synthetic.REBER_SYMBOLS[id]).join('');
    expect(spelled((x.toArray() as number[][])[n])).toBe(stream.slice(0, -1));
    expect(spelled((y.toArray() as number[][])[n])).toBe(stream.slice(1));
    // Of its steps each whole string must say what embeddedReber says, and after it the next one begins.
    const flags = (legal.toArray() as number[][][])[n] ?? [];
    const marks = (recall.toArray() as number[][])[n] ?? [];
    let start = 0;
    for (const [text] of whole.matchAll(new RegExp(`B([TP])${INNER}\\1E`, 'g'))) {
      for (let t = 0; t < text.length && start + t < 400; t++) {
        const next = synthetic.REBER_SYMBOLS.filter((_, symbol) => flags[start + t]?.[symbol] === 1);
        const known = t === text.length - 1 ? 'B' : singles.get(text.slice(0, t + 1));
        if (known !== undefined) expect(next.sort().join('')).toBe(known);
        expect(marks[start + t]).toBe(t === text.length - 3 ? 1 : 0);
      }
      start += text.length;
    }
    expect(start).toBe(whole.length);
  });
});

test('who forgets the second symbol predicts half of the strings', () => {
  const { x, legal, recall, lengths } = synthetic.embeddedReber({ count: 4_000, rng: new Rng(7) });
  // All that may follow scores 1; where memory is needed, T always wins.
  const alwaysT = mul(
    tensor(
      Float32Array.from(recall.data, (flag) => 2 * flag),
      { shape: [...x.shape, 1] },
    ),
    tensor([0, 1, 0, 0, 0, 0, 0]),
  );
  const right = synthetic.predictsLegal(add(legal, alwaysT), legal).toArray() as number[][];
  const solved = right.map((row, n): number => (row.reduce((sum, flag) => sum + flag, 0) === lengths.data[n] ? 1 : 0));
  expectMean(solved, synthetic.EMBEDDED_REBER_BASELINE);
});

test('the cross-entropy of streams is that of their choices', () => {
  const steps = 5_000;
  const { legal, recall } = synthetic.continualReber({ count: 100, steps, rng: new Rng(8) });
  const flags = legal.data;
  const bits = Array.from(recall.data, (mark, i): [number, number] => {
    let ways = 0;
    for (let symbol = 0; symbol < 7; symbol++) ways += flags[7 * i + symbol] ?? 0;
    return [Math.log(ways), Math.log(ways) + mark * Math.LN2];
  });
  const streams = (which: 0 | 1): number[] =>
    Array.from(
      { length: 100 },
      (_, n) => bits.slice(n * steps, (n + 1) * steps).reduce((sum, pair) => sum + pair[which], 0) / steps,
    );
  expectMean(streams(0), synthetic.CONTINUAL_REBER_BASELINES.remembering);
  expectMean(streams(1), synthetic.CONTINUAL_REBER_BASELINES.forgetting);
});

test('samples', () => {
  expect(synthetic.reber({ count: 3, rng: new Rng(1) }).strings).toMatchInlineSnapshot(`
    [
      "BTXXVVE",
      "BTXSE",
      "BPTVPSE",
    ]
  `);
  expect(synthetic.embeddedReber({ count: 3, rng: new Rng(1) }).strings).toMatchInlineSnapshot(`
    [
      "BPBPTVVEPE",
      "BTBPVPXVPSETE",
      "BPBTXXVPXTTVVEPE",
    ]
  `);
  expect(synthetic.continualReber({ count: 1, steps: 40, rng: new Rng(1) }).strings).toMatchInlineSnapshot(`
    [
      "BPBPTVVEPEBTBPVPXVPSETEBPBTXXVPXTTVVEPEBT",
    ]
  `);
});

test('bad input is refused', () => {
  expect(() => synthetic.continualReber({ count: 1, steps: 0, rng: new Rng(1) })).toThrowErrorMatchingInlineSnapshot(
    `[ValueError: synthetic.continualReber: steps is 0; it must be a whole number of at least 1. Correct steps.]`,
  );
});

/** Numbers in words and in digits. */
import { checkSize, type Rng, ValueError } from '@unroll/core';
import { CharVocabulary } from '../char-vocabulary.js';
import { drawExamples } from './draw-examples.js';
import { checkSynthetic, type DistinctOptions } from './options.js';
import { encodeTexts, type Texts } from './texts.js';

/** Options of {@link numberWords}. */
export interface NumberWordsOptions extends DistinctOptions {
  /** The largest number, up to 999,999, which it is unless given. */
  readonly largest?: number;
}

/** Numbers, written twice: translate either way. */
export interface NumberWords {
  readonly words: Texts;
  readonly digits: Texts;
}

const LIMIT = 999_999;
const SMALL = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
  'eighteen nineteen'
).split(' ');
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' '); // from 20

/**
 * Numbers from 0 to `largest` in English words and in digits: first how many digits is drawn, then a number of so many,
 * each equally likely. So short numbers are as frequent as long ones.
 *
 * Shapes: `words.ids` and `digits.ids` `[count, T]`, each with a T of its own.
 * Errors: `ValueError` for options that are unknown or wrong, or more distinct numbers than can be found.
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { words, digits } = synthetic.numberWords({ count: 2, rng: new Rng(1) });
 * words.texts; // ['seventy-four', 'three thousand sixty-eight']
 * digits.texts; // ['74', '3068']
 * ```
 */
export function numberWords(options: NumberWordsOptions): NumberWords {
  const op = 'synthetic.numberWords';
  checkSynthetic(op, options, ['distinct', 'largest']);
  const { largest = LIMIT, rng } = options;
  checkNumber(op, 'largest', largest);
  const numbers = drawExamples(
    op,
    options,
    () => drawNumber(rng, largest),
    (n) => n,
  );
  return {
    words: encodeTexts(numbers.map(toWords), new CharVocabulary(['\n -', 'hundred thousand', ...SMALL, ...TENS])),
    digits: encodeTexts(numbers.map(String), new CharVocabulary('\n0123456789')),
  };
}

/**
 * A whole number from 0 to 999,999 in English words, without "and".
 *
 * Errors: `ValueError` for any other number.
 *
 * @example
 * ```ts
 * import * as synthetic from '@unroll/data/synthetic';
 * synthetic.numberToWords(42_700); // 'forty-two thousand seven hundred'
 * ```
 */
export function numberToWords(n: number): string {
  checkNumber('synthetic.numberToWords', 'n', n);
  return toWords(n);
}

function toWords(n: number): string {
  const thousands = Math.floor(n / 1000);
  if (thousands === 0) return belowThousand(n);
  return `${belowThousand(thousands)} thousand${n % 1000 === 0 ? '' : ` ${belowThousand(n % 1000)}`}`;
}

function belowThousand(n: number): string {
  if (n < 100) return belowHundred(n);
  return `${SMALL[Math.floor(n / 100)]} hundred${n % 100 === 0 ? '' : ` ${belowHundred(n % 100)}`}`;
}

function belowHundred(n: number): string {
  if (n < 20) return SMALL[n] as string;
  return `${TENS[Math.floor(n / 10) - 2]}${n % 10 === 0 ? '' : `-${SMALL[n % 10]}`}`;
}

function drawNumber(rng: Rng, largest: number): number {
  const digits = 1 + rng.integer(String(largest).length);
  const from = digits === 1 ? 0 : Number('1'.padEnd(digits, '0'));
  const to = Math.min(largest, Number('9'.repeat(digits)));
  return from + rng.integer(to - from + 1);
}

function checkNumber(op: string, name: string, n: number): void {
  checkSize(op, name, n, 0);
  if (n <= LIMIT) return;
  throw new ValueError({
    op,
    what: `${name} is ${n}`,
    rule: `there are words up to ${LIMIT}`,
    mend: `Pass a smaller ${name}`,
  });
}

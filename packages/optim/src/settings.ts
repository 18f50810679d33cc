/** The ranges that options have. */
import { ValueError } from '@unroll/core';

/** Numbers by the names of their options. */
type Named = Readonly<Record<string, unknown>>;

function checkEach(op: string, options: Named, fits: (value: unknown) => boolean, range: string): void {
  for (const [name, value] of Object.entries(options)) {
    if (fits(value)) continue;
    throw new ValueError({
      op,
      what: `${name} is ${String(value)}`,
      rule: `${name} must be ${range}`,
      mend: `Correct ${name}`,
    });
  }
}

/** Errors: `ValueError` for what is not a finite number of at least 0. */
export function checkAtLeastZero(op: string, options: Named): void {
  const fits = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
  checkEach(op, options, fits, 'a finite number of at least 0');
}

/** Errors: `ValueError` for what is not a finite number above 0. */
export function checkAboveZero(op: string, options: Named): void {
  const fits = (value: unknown): boolean => typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY;
  checkEach(op, options, fits, 'a finite number above 0');
}

/** Errors: `ValueError` for what is not a finite number of at least 1. */
export function checkAtLeastOne(op: string, options: Named): void {
  const fits = (value: unknown): boolean => typeof value === 'number' && value >= 1 && value < Number.POSITIVE_INFINITY;
  checkEach(op, options, fits, 'a finite number of at least 1');
}

/** Errors: `ValueError` for what is not a number above 0; infinity is one, and bounds nothing. */
export function checkBound(op: string, options: Named): void {
  checkEach(op, options, (value) => typeof value === 'number' && value > 0, 'a number above 0');
}

/** Errors: `ValueError` for what is not a number in [0, 1). */
export function checkFraction(op: string, options: Named): void {
  const fits = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value < 1;
  checkEach(op, options, fits, 'a number from 0 up to, not including, 1');
}

/** Errors: `ValueError` for what is neither true nor false. */
export function checkFlag(op: string, options: Named): void {
  checkEach(op, options, (value) => typeof value === 'boolean', 'true or false');
}

/** Errors: `ValueError` for what is not one of the words. */
export function checkWord(op: string, name: string, value: unknown, words: readonly string[]): void {
  const list = `one of ${words.map((word) => `'${word}'`).join(', ')}`;
  checkEach(op, { [name]: value }, (given) => words.some((word) => word === given), list);
}

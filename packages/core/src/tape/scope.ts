/** Names for parts of a program: where an operation stands, for messages and drawings. */
import { locate } from '../errors.js';
import { engine, type Scope } from './engine.js';

/** `LSTMCell.step, t = 17`. */
export function formatScope({ name, step }: Scope): string {
  return step === undefined ? name : `${name}, t = ${step}`;
}

/**
 * Runs `fn` as a part of the program that has a name. Errors say that they come from there, and so does everything
 * that reads a recording: `detectAnomaly`, `exportGraph`. A step of a loop over time gives its number too.
 *
 * @example
 * ```ts
 * import { matmul, namedScope, ones } from '@unroll/core';
 * const encode = () => namedScope('Encoder', () => matmul(ones([2, 3]), ones([4, 5])));
 * let message = '';
 * try {
 *   encode();
 * } catch (error) {
 *   message = String(error);
 * }
 * message.includes('in Encoder'); // true
 * ```
 */
export function namedScope<T>(name: string, fn: () => T, step?: number): T {
  const outer = engine.scope;
  const scope: Scope = { name, step, outer };
  engine.scope = scope;
  try {
    return fn();
  } catch (error) {
    throw locate(error, formatScope(scope));
  } finally {
    engine.scope = outer;
  }
}

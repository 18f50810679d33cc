/** Where the text comes from. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { UsageError } from 'example-runner/flags';
import type { Options } from './options.js';
import { type Corpus, checkLength, corpusOf } from './text.js';

/**
 * Reads a text, by default the declarations of the DOM that the TypeScript compiler brings.
 *
 * Errors: `UsageError` for a file that cannot be read, or that is too short for the plan.
 */
export function readCorpus(file: string | null, plan: Pick<Options, 'batch' | 'stepsPerWindow'>): Corpus {
  const path = file ?? declarationsOfTheDom();
  const text = readText(path);
  if (text === '') throw new UsageError(`${path} is empty. Pass a text with --text FILE.`);
  checkLength(text, plan);
  return corpusOf(path, text);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code}). Pass a text with --text FILE.`,
    );
  }
}

function declarationsOfTheDom(): string {
  try {
    return createRequire(import.meta.url).resolve('typescript/lib/lib.dom.d.ts');
  } catch {
    throw new UsageError(
      'The default text, lib.dom.d.ts of the TypeScript compiler, is not installed. Pass a text with --text FILE.',
    );
  }
}

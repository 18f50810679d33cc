/** Where the text comes from, and how it is divided. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CharVocabulary, split } from '@unroll/data';
import { sha256 } from './checksums.js';
import { UsageError } from './usage-error.js';

/** A text as ids: the first nine tenths to learn from, the last tenth to be judged by. */
export interface Corpus {
  readonly name: string;
  /** Of the whole text. */
  readonly characters: number;
  readonly sha256: string;
  readonly vocabulary: CharVocabulary;
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

/** Reads a text, by default the declarations of the DOM that the TypeScript compiler brings. Errors: `UsageError`. */
export function readCorpus(file: string | null): Corpus {
  const path = file ?? declarationsOfTheDom();
  const text = readText(path);
  if (text === '') throw new UsageError(`${path} is empty. Pass a text with --text FILE.`);
  return corpusOf(path, text);
}

/** A text that is there already. */
export function corpusOf(name: string, text: string): Corpus {
  const vocabulary = new CharVocabulary(text);
  const ids = vocabulary.encode(text);
  const [training, validation] = split(ids, { fractions: [0.9, 0.1] });
  return { name, characters: ids.length, sha256: sha256(text), vocabulary, training, validation };
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

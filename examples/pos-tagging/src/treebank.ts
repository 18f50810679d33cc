/** Sentences of a treebank, from files. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from 'example-runner';
import type { Corpus } from './compare.js';
import { parseSentences, type Sentence } from './sentences.js';

/** Beside the repository. */
const FOLDER = new URL('../../../../shared/data/', import.meta.url);
const beside = (file: string): string => fileURLToPath(new URL(file, FOLDER));

/**
 * The sentences of the files `data` and `test`, or, where none is given, of those beside the repository; null where there
 * are none. Errors: `UsageError` for one file without the other, and for what cannot be read.
 */
export function readTreebank(data: string | null, test: string | null): Corpus | null {
  if ((data === null) !== (test === null)) throw new UsageError('--data and --test are given together, or neither is.');
  const [train, held] = data !== null && test !== null ? [data, test] : [beside('ewt-dev.tsv'), beside('ewt-test.tsv')];
  if (data === null && !(existsSync(train) && existsSync(held))) return null;
  return { name: data === null ? 'EWT' : 'treebank', train: readSentences(train), test: readSentences(held) };
}

function readSentences(path: string): Sentence[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  return parseSentences(text, path);
}

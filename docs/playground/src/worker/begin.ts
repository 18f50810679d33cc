/** How runs come to be: from the form, from a file, from the last visit. */
import {
  beginRun,
  type Checkpoint,
  type Corpus,
  checkLength,
  corpusOf,
  defaults,
  differenceInText,
  type Options,
  type Run,
  readCheckpoint,
  takeOver,
  UsageError,
} from 'example-char-lm';
import type { Text } from '../protocol.js';

/** A run before its first window. Errors: `UsageError` for a text that is too short. */
export function runFrom({ name, contents }: Text, options: Options): Run {
  if (contents === '') throw new UsageError('There is no text. Paste one, open a file, or take the default.');
  checkLength(contents, options);
  const corpus = corpusOf(name, contents);
  return beginRun({ ...options, text: name, prime: options.prime ?? primeFor(corpus) }, corpus);
}

/** Where no line ends, the sample cannot begin after one. */
function primeFor({ vocabulary: { characters } }: Corpus): string | null {
  return characters.includes('\n') ? null : (characters[0] ?? null);
}

/**
 * The run that a checkpoint was written in, from there on, with the one of `texts` that it was learning.
 *
 * Errors: `UsageError` for a file that is damaged or something else, or where none of the texts is the one.
 */
export function runFromFile(name: string, bytes: Uint8Array, texts: readonly Text[]): { run: Run; text: Text } {
  const checkpoint = readCheckpoint(name, bytes);
  for (const text of texts) {
    const corpus = corpusOf(text.name, text.contents);
    if (differenceInText(checkpoint, corpus) === null) return { run: resume(checkpoint, corpus), text };
  }
  const [first] = texts;
  const difference = first && differenceInText(checkpoint, corpusOf(first.name, first.contents));
  throw new UsageError(
    `${name} was learning another text than the one above: ${difference}. Put that text there, and choose the file again.`,
  );
}

function resume(checkpoint: Checkpoint, corpus: Corpus): Run {
  const begun = beginRun({ ...defaults, ...checkpoint.options, text: corpus.name }, corpus);
  return { ...begun, training: takeOver(begun.training, checkpoint, begun.options) };
}

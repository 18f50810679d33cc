/** Going on with a training: the text must be as it was, and all else is taken over. */

import { mapTensors, type Tensor } from '@unroll/core';
import { UsageError } from 'example-runner/flags';
import type { Checkpoint } from './checkpoint.js';
import type { Options } from './options.js';
import type { Corpus } from './text.js';
import type { Training } from './training.js';

/** Refuses to go on with another text. Errors: `UsageError` saying in what they differ. */
export function checkText(path: string, checkpoint: Checkpoint, corpus: Corpus): void {
  const difference = differenceInText(checkpoint, corpus);
  if (difference === null) return;
  throw new UsageError(
    `${corpus.name} is not the text of ${path}: ${difference}. Pass that one with --text FILE, or leave out --resume.`,
  );
}

/** In what a text differs from the one that a checkpoint was learning; null where it does not. */
export function differenceInText({ text, vocabulary }: Checkpoint, corpus: Corpus): string | null {
  if (corpus.sha256 === text.sha256) return null;
  const [before, now] = [vocabulary.characters, corpus.vocabulary.characters];
  const lost = before.filter((character) => !now.includes(character));
  const added = now.filter((character) => !before.includes(character));
  if (lost.length > 0) return `it lacks ${list(lost)}`;
  if (added.length > 0) return `it also has ${list(added)}`;
  if (corpus.characters === text.characters) return 'it has as many characters, but not the same';
  return `it has ${corpus.characters} characters instead of ${text.characters}`;
}

/** `"a", "b" and 7 others`. */
function list(characters: readonly string[]): string {
  const LONGEST = 5;
  const named = characters.slice(0, LONGEST).map((character) => JSON.stringify(character));
  const others = characters.length - named.length;
  return `${named.join(', ')}${others > 0 ? ` and ${others} others` : ''}`;
}

/** A training just begun, brought to where the checkpoint was written. */
export function takeOver(begun: Training, checkpoint: Checkpoint, { batch, lr }: Options): Training {
  const { model, optimizer } = begun;
  model.loadStateDict(checkpoint.model);
  optimizer.loadStateDict(checkpoint.optimizer);
  optimizer.lr = lr; // as it was, unless the command line says otherwise
  const { windows, curve, state } = checkpoint;
  // The initial state has the structure of every state; its numbers are not used.
  const structure = windows === 0 ? undefined : model.cell.initialState(batch);
  return { model, optimizer, windows, curve, state: mapTensors(structure, (_, path) => state[path] as Tensor) };
}

/** Going on with a training: what must be as it was, and how all of it is taken over. */
import { dirname } from 'node:path';
import { mapTensors, type Tensor } from '@unroll/core';
import type { Checkpoint } from './checkpoint.js';
import { flagOf, type Options } from './options.js';
import type { Corpus } from './text.js';
import type { Training } from './training.js';
import { UsageError } from './usage-error.js';

/** With others of these it would be another training. */
const fixed = ['cell', 'layers', 'hidden', 'dropout', 'batch', 'stepsPerWindow', 'seed'] as const;

/**
 * The options of a training that goes on: what the command line says, and else what held before. It stays in its folder.
 *
 * Errors: `UsageError` naming the options that must not change, or where fewer windows are wanted than were done.
 */
export function resumedOptions(path: string, checkpoint: Checkpoint, given: Partial<Options>): Options {
  const before = checkpoint.options;
  const changed = fixed.filter((name) => given[name] !== undefined && given[name] !== before[name]);
  if (changed.length > 0) {
    const differences = changed.map((name) => `${flagOf(name)} is ${before[name]} there and ${given[name]} here`);
    throw new UsageError(
      `${path} cannot go on like this: ${differences.join(', ')}. Leave out what differs, or --resume to begin anew.`,
    );
  }
  const options = { ...before, out: dirname(path), ...given, resume: path };
  if (options.windows >= checkpoint.windows) return options;
  throw new UsageError(
    `--windows is ${options.windows}, but ${path} has ${checkpoint.windows} behind it. Pass a larger number.`,
  );
}

/** Refuses to go on with another text. Errors: `UsageError` saying in what they differ. */
export function checkText(path: string, checkpoint: Checkpoint, corpus: Corpus): void {
  if (corpus.sha256 === checkpoint.text.sha256) return;
  const difference = differenceOf(checkpoint, corpus);
  throw new UsageError(
    `${corpus.name} is not the text of ${path}: ${difference}. Pass that one with --text FILE, or leave out --resume.`,
  );
}

function differenceOf({ text, vocabulary }: Checkpoint, corpus: Corpus): string {
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

/** Checkpoints on the disk. */

import { readFileSync } from 'node:fs';
import { UsageError } from 'example-runner/flags';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import type { Options } from './options.js';
import type { Corpus } from './text.js';
import type { Training } from './training.js';
import { writeAtomically } from './write-atomically.js';

/** Writes a checkpoint: the old file, if there is one, stays whole until the new one is. */
export function saveCheckpoint(path: string, training: Training, corpus: Corpus, options: Options): void {
  writeAtomically(path, writeCheckpoint(training, corpus, options));
}

/** Reads a checkpoint. Errors: `UsageError` for a file that is missing, cut off, damaged or something else. */
export function loadCheckpoint(path: string): Checkpoint {
  return readCheckpoint(path, readBytes(path));
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code}). Pass a checkpoint with --resume FILE.`,
    );
  }
}

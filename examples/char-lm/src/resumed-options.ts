/** Going on with a training from the command line: what must be as it was. */

import { dirname } from 'node:path';
import { flagOf, UsageError } from 'example-runner/flags';
import type { Checkpoint } from './checkpoint.js';
import type { Options } from './options.js';

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
  const options = { ...before, out: dirname(path), distributed: false, ...given, resume: path };
  if (options.windows >= checkpoint.windows) return options;
  throw new UsageError(
    `--windows is ${options.windows}, but ${path} has ${checkpoint.windows} behind it. Pass a larger number.`,
  );
}

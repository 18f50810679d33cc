/** Runs as programs open them: a text from a file, and a checkpoint where there is one to go on from. */
import { loadCheckpoint } from './checkpoint-file.js';
import { defaults, type Options } from './options.js';
import { checkText, takeOver } from './resume.js';
import { resumedOptions } from './resumed-options.js';
import { beginRun, type Run } from './run.js';
import { readCorpus } from './text-file.js';

/** A run before its first window. */
export function begin(given: Partial<Options>): Run {
  const options = { ...defaults, ...given };
  return beginRun(options, readCorpus(options.text, options));
}

/** The run that a checkpoint was written in, from there on. */
export function resume(path: string, given: Partial<Options>): Run {
  const checkpoint = loadCheckpoint(path);
  const run = begin(resumedOptions(path, checkpoint, given));
  checkText(path, checkpoint, run.corpus);
  return { ...run, training: takeOver(run.training, checkpoint, run.options) };
}

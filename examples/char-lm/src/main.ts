/** `npm start`: learns a text character by character, then writes some of its own. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { UnrollError } from '@unroll/core';
import { describeFlags, readFlags, UsageError } from 'example-runner';
import { saveCheckpoint } from './checkpoint-file.js';
import { hashParameters } from './checksums.js';
import { curveSvg } from './curve.js';
import { evaluate } from './evaluate.js';
import { interruptible } from './interrupt.js';
import { begin, resume } from './open-run.js';
import { flags } from './options.js';
import { windowProgress } from './progress.js';
import type { Run } from './run.js';
import { sample } from './sample.js';
import { train } from './train.js';
import { writeAtomically } from './write-atomically.js';

const HELP = `Trains a character model on a text and samples from it. Ctrl-C finishes the update, saves and ends;
--resume goes on from there.

node dist/main.js [options]`;

/** As a shell reports a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

async function execute({ options, corpus, training, rng }: Run): Promise<void> {
  const signal = interruptible();
  const { vocabulary } = corpus;
  const { model, curve } = training;
  const prime = options.prime ?? '\n';
  vocabulary.encode(prime); // says now, not after the training, that it cannot begin there
  mkdirSync(options.out, { recursive: true });
  const save = (): void => saveCheckpoint(join(options.out, 'checkpoint.safetensors'), training, corpus, options);

  console.log(`${corpus.name}: ${corpus.characters.toLocaleString('en')} characters, ${vocabulary.size} distinct`);
  console.log(model.summary());
  if (training.windows > 0) console.log(`resumed after window ${training.windows}/${options.windows}`);
  const charactersPerWindow = options.batch * options.stepsPerWindow;
  const shown = windowProgress({ done: training.windows, windows: options.windows, charactersPerWindow });
  try {
    await train(training, corpus, options, { show: shown.show, signal, save, turn: setImmediate });
  } finally {
    shown.stop();
  }

  const { bits, characters } = evaluate(model, corpus.validation, options.stepsPerWindow);
  console.log(`\nvalidation: ${bits.toFixed(3)} bits per character over ${characters.toLocaleString('en')} characters`);
  const { sample: length, temperature } = options;
  const written = sample(model, vocabulary, { prime, length, temperature, rng });
  console.log(`\n${written}\n`);

  writeAtomically(join(options.out, 'sample.txt'), written);
  const validation = [...curve.validation, { window: training.windows, bits }];
  writeAtomically(join(options.out, 'curve.svg'), curveSvg({ training: curve.training, validation }));
  console.log(`parameters: sha256 ${hashParameters(model)}`);
  console.log(`sample.txt, curve.svg and checkpoint.safetensors are in ${options.out}`);
  if (signal.aborted) process.exitCode = INTERRUPTED;
}

try {
  const { options: given, help } = readFlags(flags);
  if (help) console.log(`${HELP}\n\n${describeFlags(flags)}`);
  else await execute(typeof given.resume === 'string' ? resume(given.resume, given) : begin(given));
} catch (error) {
  // What a person can mend is a sentence; anything else keeps its stack.
  if (!(error instanceof UsageError || error instanceof UnrollError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

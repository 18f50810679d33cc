/** `npm start`: learns a text character by character, then writes some of its own. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Rng, UnrollError } from '@unroll/core';
import { RMSprop } from '@unroll/optim';
import { hashParameters, saveCheckpoint } from './checkpoint.js';
import { curveSvg } from './curve.js';
import { interruptible } from './interrupt.js';
import { CharModel } from './model.js';
import { helpText, type Options, readOptions } from './options.js';
import { progress } from './progress.js';
import { sample } from './sample.js';
import { readCorpus } from './text.js';
import { train } from './train.js';
import { UsageError } from './usage-error.js';
import { writeAtomically } from './write-atomically.js';

/** As a shell reports a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

async function run(options: Options): Promise<void> {
  const signal = interruptible();
  const corpus = readCorpus(options.text);
  const { vocabulary, training, validation } = corpus;
  const prime = options.prime ?? '\n';
  vocabulary.encode(prime); // says now, not after the training, that it cannot begin there
  const rng = new Rng(options.seed);
  const model = new CharModel(vocabulary.size, options, rng.split());
  const optimizer = new RMSprop(model.parameters(), { lr: options.lr, alpha: 0.95 });

  console.log(
    `${corpus.name}: ${(training.length + validation.length).toLocaleString('en')} characters, ${vocabulary.size} distinct`,
  );
  console.log(model.summary());
  const charactersPerWindow = options.batch * options.stepsPerWindow;
  const shown = progress({ windows: options.windows, charactersPerWindow }, process.stdout.isTTY === true);
  let result: Awaited<ReturnType<typeof train>>;
  try {
    result = await train(model, optimizer, corpus, options, shown, signal);
  } finally {
    shown.stop();
  }

  const { bits, characters } = result.evaluation;
  console.log(`\nvalidation: ${bits.toFixed(3)} bits per character over ${characters.toLocaleString('en')} characters`);
  const { sample: length, temperature } = options;
  const written = sample(model, vocabulary, { prime, length, temperature, rng: rng.split() });
  console.log(`\n${written}\n`);

  mkdirSync(options.out, { recursive: true });
  writeAtomically(join(options.out, 'sample.txt'), written);
  writeAtomically(join(options.out, 'curve.svg'), curveSvg(result));
  saveCheckpoint(join(options.out, 'checkpoint.safetensors'), {
    model: model.stateDict(),
    optimizer: optimizer.stateDict(),
    vocabulary,
    options,
    windows: result.windows,
  });
  console.log(`parameters: sha256 ${hashParameters(model)}`);
  console.log(`sample.txt, curve.svg and checkpoint.safetensors are in ${options.out}`);
  if (signal.aborted) process.exitCode = INTERRUPTED;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) console.log(helpText());
  else await run(options);
} catch (error) {
  // What a person can mend is a sentence; anything else keeps its stack.
  if (!(error instanceof UsageError || error instanceof UnrollError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

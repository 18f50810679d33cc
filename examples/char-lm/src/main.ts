/** `npm start`: learns a text character by character, then writes some of its own. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { mapTensors, UnrollError } from '@unroll/core';
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
import { alone, type Team } from './team.js';
import { type Hooks, train } from './train.js';
import { writeAtomically } from './write-atomically.js';

const HELP = `Trains a character model on a text and samples from it. Ctrl-C finishes the update, saves and ends;
--resume goes on from there.

node dist/main.js [options]`;

/** As a shell reports a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

async function execute({ options, corpus, training, rng }: Run, team: Team): Promise<void> {
  const signal = interruptible();
  const { vocabulary } = corpus;
  const { model, curve } = training;
  const prime = options.prime ?? '\n';
  vocabulary.encode(prime); // says now, not after the training, that it cannot begin there
  mkdirSync(options.out, { recursive: true });
  const save = (): void => {
    const whole = { ...training, state: mapTensors(training.state, (rows) => team.allGather(rows)) };
    if (team.rank === 0) saveCheckpoint(join(options.out, 'checkpoint.safetensors'), whole, corpus, options);
  };
  team.broadcastParameters(model);
  training.state = mapTensors(training.state, (batch) => team.shardRows(batch));
  const learn = (show: Hooks['show']): Promise<void> =>
    train(training, corpus, options, { show, signal, save, turn: setImmediate }, team);
  if (team.rank > 0) return learn(() => {}); // rank 0 shows, samples and writes

  if (options.distributed) console.log(team.message);
  console.log(`${corpus.name}: ${corpus.characters.toLocaleString('en')} characters, ${vocabulary.size} distinct`);
  console.log(model.summary());
  if (training.windows > 0) console.log(`resumed after window ${training.windows}/${options.windows}`);
  const charactersPerWindow = options.batch * options.stepsPerWindow;
  const { windows, distributed: plain } = options;
  const shown = windowProgress({ done: training.windows, windows, charactersPerWindow, plain });
  try {
    await learn(shown.show);
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
  else {
    const team = given.distributed ? (await import('@unroll/mpi')).initialize() : alone;
    await execute(typeof given.resume === 'string' ? resume(given.resume, given) : begin(given), team);
    team.finalize();
  }
} catch (error) {
  // What a person can mend is a sentence; anything else keeps its stack.
  if (!(error instanceof UsageError || error instanceof UnrollError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

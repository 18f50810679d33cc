/** The worker: owns the run and trains it. What the page asks for is done between two windows. */
import { UnrollError } from '@unroll/core';
import { hashParameters, type Run, type Step, train, UsageError, writeCheckpoint } from 'example-char-lm';
import type { Answer, Place, Request, RunSummary, Text } from '../protocol.js';
import { runFrom, runFromFile } from './begin.js';
import { keepRun, keptRun } from './kept-run.js';
import { lookAt } from './look.js';
import { turn } from './turn.js';

/** Milliseconds between two reports, between two looks into the model, and between two savings. */
const EVERY = { report: 200, look: 2000, keep: 3000 };

interface Current {
  readonly run: Run;
  readonly text: Text;
}

let current: Current | null = null;
/** Ends the training that goes on; null where none does. */
let going: AbortController | null = null;

addEventListener('message', async ({ data }: MessageEvent<Request>) => {
  try {
    await answer(data);
  } catch (error) {
    const where = PLACES[data.type];
    const sentence = error instanceof Error ? error.message : String(error);
    const isMendable = error instanceof UsageError || error instanceof UnrollError;
    if (isMendable && where !== undefined) say({ type: 'refused', where, sentence });
    else say({ type: 'failed', sentence });
  }
});

/** Beside what the page shows why a request was refused. */
const PLACES: Partial<Record<Request['type'], Place>> = { begin: 'text', load: 'file', restore: 'saved' };

async function answer(request: Request): Promise<void> {
  switch (request.type) {
    case 'restore':
      await restore();
      break;
    case 'begin':
      take({ run: runFrom(request.text, request.options), text: request.text }, 'begin');
      break;
    case 'load':
      take(runFromFile(request.name, request.bytes, request.texts), 'file');
      break;
    case 'train':
      await goOn(request.windows, request.temperature);
      break;
    case 'pause':
      going?.abort();
      break;
    case 'keep':
      keep();
      break;
    case 'file':
      say({ type: 'file', bytes: checkpointOf(theCurrent().run) });
  }
}

async function restore(): Promise<void> {
  const kept = await keptRun();
  if (kept === undefined) say({ type: 'none' });
  else take(runFromFile('The saved run', kept.checkpoint, [kept.text]), 'saved');
}

/** From here on it is this run. */
function take(taken: Current, from: RunSummary['from']): void {
  current = taken;
  const { options, corpus, training } = taken.run;
  const { model, windows, curve } = training;
  const run: RunSummary = {
    from,
    options,
    text: taken.text,
    distinctCharacters: corpus.vocabulary.size,
    parameters: model.parameterCount(),
    windows,
    curve,
    sha256: hashParameters(model),
  };
  say({ type: 'run', run });
  look();
}

async function goOn(windows: number, temperature: number): Promise<void> {
  if (going !== null) return;
  const { run, text } = theCurrent();
  current = { run: { ...run, options: { ...run.options, windows, temperature } }, text };
  going = new AbortController();
  const reports = reporter(current.run);
  try {
    const hooks = { show: reports.show, signal: going.signal, save: keep, turn };
    await train(run.training, run.corpus, current.run.options, hooks);
  } finally {
    going = null;
    reports.flush();
    say({ type: 'stopped', sha256: hashParameters(run.training.model) });
    look();
  }
}

/** Gathers what windows come to, and reports, looks and saves now and then. */
function reporter({ options, training }: Run): { show: (step: Step) => void; flush: () => void } {
  const due = timers();
  let [bits, norm, since]: [number[], number, number] = [[], 0, performance.now()];
  const flush = (): void => {
    const seconds = (performance.now() - since) / 1000;
    const charactersPerSecond = (bits.length * options.batch * options.stepsPerWindow) / seconds;
    const { windows, curve } = training;
    if (bits.length > 0) {
      say({ type: 'progress', progress: { windows, bits, norm, charactersPerSecond, validation: curve.validation } });
    }
    [bits, since] = [[], performance.now()];
  };
  const show = (step: Step): void => {
    bits.push(step.bits);
    norm = step.norm;
    if (due('report')) flush();
    if (due('keep')) keep();
    if (due('look')) {
      flush();
      look();
      since = performance.now(); // characters per second are those of the training
    }
  };
  return { show, flush };
}

/** Says of each thing when it is time for it again. */
function timers(): (what: keyof typeof EVERY) => boolean {
  const begin = performance.now();
  const last = { report: begin, look: begin, keep: begin };
  return (what) => {
    const now = performance.now();
    if (now - last[what] < EVERY[what]) return false;
    last[what] = now;
    return true;
  };
}

function look(): void {
  const seen = lookAt(theCurrent().run);
  say(
    { type: 'look', look: seen },
    seen.traces.map(({ values }) => values.buffer),
  );
}

function keep(): void {
  if (current === null) return;
  const { run, text } = current;
  const { windows } = run.training;
  keepRun({ text, checkpoint: checkpointOf(run) }).then((problem) => say({ type: 'kept', windows, problem }));
}

/** The file that the command line writes, byte for byte. */
function checkpointOf({ training, corpus, options }: Run): Uint8Array {
  return writeCheckpoint(training, corpus, options);
}

function theCurrent(): Current {
  if (current === null) throw new Error('The page asked for a run before there was one.');
  return current;
}

function say(answer: Answer, transfer: Transferable[] = []): void {
  postMessage(answer, { transfer });
}

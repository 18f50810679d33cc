/** The page: a form, what the worker reports, and nothing heavier than drawing. */
import type { Answer, Place, Request, RunSummary } from '../protocol.js';
import { download, element, showProblem } from './elements.js';
import { fieldOptions, lockOptions, pageDefaults, refuseField, showOptions } from './option-fields.js';
import { showCommand, showLook, showProgress, showRun, showSha256 } from './results.js';
import { currentText, defaultText, lockText, refuseText, showText } from './text-field.js';
import './theme.js';

/** `new`: what is trained next is still to be chosen. `asking`: the worker makes a run, or looks for one. */
type Phase = 'asking' | 'new' | 'training' | 'pausing' | 'paused';

const trainButton = element('train', HTMLButtonElement);
const newButton = element('new', HTMLButtonElement);
const fileInput = element('checkpoint-file', HTMLInputElement);

let phase: Phase = 'asking';
/** Where it goes back to when the worker refuses what it was asked. */
let phaseBefore: Phase = 'new';
/** The run that is shown. */
let run: RunSummary | null = null;
let windows = 0;

const worker = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' });
worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => hear(data));
worker.addEventListener('error', ({ message }) => fail(message || 'The worker of this page could not be loaded.'));
const ask = (request: Request): void => worker.postMessage(request);
ask({ type: 'restore' });

function hear(answer: Answer): void {
  switch (answer.type) {
    case 'none':
      void showNew();
      break;
    case 'run':
      take(answer.run);
      break;
    case 'progress':
      windows = answer.progress.windows;
      showProgress(answer.progress);
      break;
    case 'look':
      showLook(answer.look);
      break;
    case 'stopped':
      showSha256(answer.sha256);
      enter('paused');
      say(stoppedSentence());
      break;
    case 'file':
      download('checkpoint.safetensors', answer.bytes);
      break;
    case 'refused':
      refuse(answer.where, answer.sentence);
      break;
    case 'failed':
      fail(answer.sentence);
      break;
    case 'kept':
      element('saved', HTMLElement).textContent =
        answer.problem ?? `Saved in this browser after window ${answer.windows}.`;
  }
}

/** The fields as they are for a visitor who comes for the first time. */
async function showNew(): Promise<void> {
  showOptions(pageDefaults);
  showText(await defaultText());
  enter('new');
  describeNew();
  say('Ready. Press Train to begin.');
}

function take(taken: RunSummary): void {
  run = taken;
  windows = taken.windows;
  showRun(taken);
  const { cell, hidden, windows: planned } = taken.options;
  if (taken.from === 'begin') {
    const about = `${hidden} ${cell.toUpperCase()} units, ${taken.parameters.toLocaleString('en')} parameters`;
    say(`Training: ${about}, ${taken.distinctCharacters} different characters.`);
    goOn(planned, taken.options.temperature);
    return;
  }
  showOptions(taken.options);
  showText(taken.text);
  enter('paused');
  const whence = taken.from === 'file' ? 'The checkpoint is loaded' : 'Your last visit is restored';
  say(`${whence}: ${windows} of ${planned} windows. Press Resume to go on.`);
}

function stoppedSentence(): string {
  const isDone = windows >= Number(element('windows', HTMLInputElement).value);
  if (!isDone) return `Paused after window ${windows}.`;
  return `Done: ${windows} windows. For more, raise “Windows in all” and press Resume.`;
}

function goOn(planned: number, temperature: number): void {
  enter('training');
  ask({ type: 'train', windows: planned, temperature });
}

element('form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  if (phase === 'training') {
    enter('pausing');
    ask({ type: 'pause' });
    return;
  }
  if (phase !== 'new' && phase !== 'paused') return;
  const options = fieldOptions({ complain: true });
  if (options === null) return;
  if (phase === 'new') {
    enter('asking');
    refuseText(null);
    ask({ type: 'begin', text: currentText(), options });
  } else if (options.windows <= windows) {
    refuseField('windows', `${windows} windows are done. For more, say a larger number.`);
  } else {
    say('Training.');
    goOn(options.windows, options.temperature);
  }
});

newButton.addEventListener('click', () => {
  enter('new');
  describeNew();
  say('Choose, then press Train. The run shown here is replaced when you do.');
  trainButton.focus();
});

element('download', HTMLButtonElement).addEventListener('click', () => ask({ type: 'file' }));

fileInput.addEventListener('change', async () => {
  const file = fileInput.files?.[0];
  if (file === undefined) return;
  showProblem('file-problem', null, fileInput);
  enter('asking');
  const bytes = new Uint8Array(await file.arrayBuffer());
  fileInput.value = ''; // so that the same file can be chosen again
  ask({ type: 'load', name: file.name, bytes, texts: [currentText(), await defaultText()] });
});

// What is chosen shows in the command at once.
element('form', HTMLFormElement).addEventListener('input', () => describeNew());

function describeNew(): void {
  const options = fieldOptions({ complain: false });
  if (options === null || phase === 'training') return;
  if (phase === 'new') showCommand({ ...options, text: currentText().name });
  else if (run !== null) showCommand({ ...run.options, windows: options.windows, temperature: options.temperature });
}

function enter(next: Phase): void {
  if (next === 'asking') phaseBefore = phase;
  phase = next;
  const isBusy = next === 'asking' || next === 'training' || next === 'pausing';
  trainButton.textContent = { asking: 'Train', new: 'Train', training: 'Pause', pausing: 'Pausing', paused: 'Resume' }[
    next
  ];
  trainButton.disabled = false;
  trainButton.setAttribute('aria-disabled', String(next === 'asking' || next === 'pausing'));
  newButton.disabled = next !== 'paused';
  fileInput.disabled = isBusy;
  element('download', HTMLButtonElement).disabled = run === null || next === 'asking';
  lockText(next !== 'new');
  lockOptions({ model: next !== 'new', plan: isBusy });
}

function refuse(where: Place, sentence: string): void {
  if (where === 'saved') {
    void showNew().then(() => say(`What was saved cannot be restored. ${sentence}`));
    return;
  }
  enter(phaseBefore);
  if (where === 'text') refuseText(sentence);
  else showProblem('file-problem', sentence, fileInput);
  say('That did not work.');
}

/** Something that should not happen, or that a smaller learning rate would mend. */
function fail(sentence: string): void {
  enter(run === null ? 'new' : 'paused');
  say(`Stopped. ${sentence}`);
}

function say(sentence: string): void {
  element('status', HTMLElement).textContent = sentence;
}

// The tab may be closed without another word.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden' && run !== null) ask({ type: 'keep' });
});

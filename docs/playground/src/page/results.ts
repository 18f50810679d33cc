/** What a run has come to: figures, curves, samples, units, gradients, and the command that does the same. */
import type { Options } from 'example-char-lm';
import type { Look, Progress, RunSummary } from '../protocol.js';
import { commandOf } from './command.js';
import { download, element } from './elements.js';
import { type Line, LineChart } from './line-chart.js';
import { smooth } from './smooth.js';
import { currentText } from './text-field.js';
import { showUnits } from './unit-view.js';

/** Points of the loss's line. */
const RESOLUTION = 150;

const loss = new LineChart(element('loss', HTMLElement), { x: 'windows', y: 'bits per character' });
const flow = new LineChart(element('flow', HTMLElement), {
  x: 'characters before it',
  y: 'norm of the gradient',
  yScale: 'log',
});

/** Of the run that is shown. */
let bits: number[] = [];
let validation: RunSummary['curve']['validation'] = [];
/** What later ones are compared with. */
let firstLook: Look | undefined;

/** A run as it is when it comes. */
export function showRun(run: RunSummary): void {
  bits = [...run.curve.training];
  validation = run.curve.validation;
  firstLook = undefined;
  say('figure-speed', '–');
  say('figure-norm', '–');
  showLoss();
  showCommand(run.options);
  showSha256(run.sha256);
}

export function showProgress(progress: Progress): void {
  bits.push(...progress.bits);
  validation = progress.validation;
  say('figure-speed', Math.round(progress.charactersPerSecond).toLocaleString('en'));
  say('figure-norm', progress.norm.toPrecision(3));
  say('sha256', 'The SHA-256 of the parameters stands here when training pauses.');
  showLoss();
}

function showLoss(): void {
  const last = bits.at(-1);
  say('figure-windows', bits.length.toLocaleString('en'));
  say('figure-bits', last === undefined ? '–' : last.toFixed(3));
  const points = validation.map(({ window, bits: judged }) => [window, judged] as const);
  const lines: Line[] = [{ name: 'training', tone: 0, points: smooth(bits, RESOLUTION) }];
  if (points.length > 0) lines.push({ name: 'validation', tone: 1, points, dots: true });
  const [first, judged] = [bits[0], points.at(-1)?.[1]];
  const words = [
    `Bits per character over ${bits.length} windows`,
    first !== undefined && last !== undefined && `training ${first.toFixed(2)} at first, ${last.toFixed(2)} now`,
    judged !== undefined && `validation ${judged.toFixed(2)}`,
  ];
  loss.draw(lines, words.filter((part) => part !== false).join('; '));
}

export function showLook(look: Look): void {
  say('sample', look.sample);
  say('sample-about', `What the model writes after window ${look.windows.toLocaleString('en')}.`);
  showUnits(look);
  showFlow(look);
}

function showFlow(look: Look): void {
  firstLook ??= look;
  const lines = linesOf(look, false);
  if (look.windows > firstLook.windows) lines.push(...linesOf(firstLook, true));
  const words = look.flow.map(({ name, norms }) => {
    const [far, near] = [norms[0], norms.at(-1)].map((norm) => norm?.toPrecision(2));
    return `by ${name} ${near} at the last character, ${far} at ${norms.length - 1} before it`;
  });
  flow.draw(lines, `Norm of the gradient: ${words.join('; ')}`);
}

function linesOf({ flow: flows, windows }: Look, dashed: boolean): Line[] {
  return flows.map(({ name, norms }, i) => {
    const points = norms.map((norm, t) => [norms.length - 1 - t, norm] as const);
    // On a logarithmic axis there is no place for 0.
    return {
      name: `${name}, window ${windows}`,
      tone: i === 0 ? 0 : 1,
      dashed,
      points: points.filter(([, y]) => y > 0),
    };
  });
}

export function showSha256(sha256: string): void {
  say('sha256', `After ${bits.length} windows, parameters: sha256 ${sha256}`);
}

export function showCommand(options: Options): void {
  // An option stays on its line.
  const parts = commandOf(options).map((part) => {
    const span = document.createElement('span');
    span.textContent = part;
    return span;
  });
  element('command', HTMLElement).replaceChildren(...parts.flatMap((part, i) => (i === 0 ? [part] : [' ', part])));
}

function say(id: string, text: string): void {
  element(id, HTMLElement).textContent = text;
}

element('copy', HTMLButtonElement).addEventListener('click', async () => {
  await navigator.clipboard.writeText(element('command', HTMLElement).textContent);
  say('copied', 'Copied.');
  setTimeout(() => say('copied', ''), 3000);
});
element('save-text', HTMLButtonElement).addEventListener('click', () => {
  const { name, contents } = currentText();
  download(name.split('/').at(-1) ?? name, contents);
});

/** One unit over the passage: the deeper the colour behind a character, the further from zero. */
import type { Look, Trace } from '../protocol.js';
import { element } from './elements.js';
import { extremes } from './extremes.js';

const passage = element('passage', HTMLElement);
const about = element('unit-about', HTMLElement);
const choice = element('trace', HTMLSelectElement);
const number = element('unit', HTMLInputElement);
const slider = element('unit-range', HTMLInputElement);

let seen: Pick<Look, 'passage' | 'traces'> = { passage: '', traces: [] };
let characters: readonly string[] = [];
let spans: readonly HTMLElement[] = [];

export function showUnits(look: Look): void {
  if (look.passage !== seen.passage) layOut(look.passage);
  const names = look.traces.map(({ name }) => name);
  if (names.join() !== seen.traces.map(({ name }) => name).join()) {
    choice.replaceChildren(...names.map((name, i) => new Option(name, String(i))));
    choice.value = String(names.length - 1 - (names.at(-1)?.endsWith('c') ? 1 : 0)); // the last layer's h
  }
  seen = look;
  for (const control of [choice, number, slider]) control.disabled = false;
  paint();
}

function layOut(text: string): void {
  characters = [...text];
  spans = characters.map((character) => {
    const span = document.createElement('span');
    span.textContent = character === '\n' ? '↵\n' : character;
    return span;
  });
  passage.replaceChildren(...spans);
}

function paint(): void {
  const trace = seen.traces[Number(choice.value)];
  if (trace === undefined) return;
  for (const control of [number, slider]) control.max = String(trace.units - 1);
  const unit = Math.min(Math.max(0, Math.trunc(Number(number.value))), trace.units - 1);
  const values = valuesOf(trace, unit);
  const deepest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  spans.forEach((span, t) => {
    const share = (values[t] ?? 0) / deepest;
    span.className = share < 0 ? 'below' : 'above';
    span.style.setProperty('--share', `${Math.round(100 * Math.abs(share))}%`);
  });
  const words = describe(values, deepest);
  about.textContent = words;
  passage.setAttribute('aria-label', `Unit ${unit} of ${trace.name} over a passage. ${words}`);
}

function valuesOf({ values, units }: Trace, unit: number): number[] {
  return Array.from({ length: values.length / units }, (_, t) => values[t * units + unit] ?? 0);
}

/** After which characters it is highest and lowest, so that what colours show is said as well. */
function describe(values: readonly number[], deepest: number): string {
  const { highest, lowest } = extremes(characters, values, 3);
  const list = (found: typeof highest): string =>
    found.map(({ character, mean }) => `${nameOf(character)} ${mean.toFixed(2).replace('-', '−')}`).join(', ');
  return `Highest after ${list(highest)}; lowest after ${list(lowest)} (means). Deepest colour: ±${deepest.toPrecision(2)}.`;
}

function nameOf(character: string): string {
  if (character === '\n') return 'a line break';
  return character === ' ' ? 'a space' : `“${character}”`;
}

choice.addEventListener('change', paint);
for (const [control, other] of [
  [number, slider],
  [slider, number],
] as const) {
  control.addEventListener('input', () => {
    other.value = control.value;
    paint();
  });
}

/** The text to learn: pasted, opened, or the default, which is a text that TypeScript brings. */
import type { Text } from '../protocol.js';
import { element, showProblem } from './elements.js';

/** As char-lm's command line finds it from the root of the repository. */
const DEFAULT_NAME = 'node_modules/typescript/lib/lib.es5.d.ts';
/** What a pasted text is called in commands. */
const PASTED_NAME = 'text.txt';

/** Characters. */
const LONGEST_SHOWN = 10_000;

const area = element('text', HTMLTextAreaElement);
const about = element('text-about', HTMLElement);

// A text area changes the ends of lines, so what was opened is kept beside it.
let shown: Text = { name: PASTED_NAME, contents: '' };

export function currentText(): Text {
  return shown;
}

/** Shows the beginning of a text, since laying out a long one would stop the page for a moment. */
export function showText(text: Text): void {
  area.value = text.contents.slice(0, LONGEST_SHOWN);
  take(text);
  if (text.contents.length > LONGEST_SHOWN) about.textContent += ', of which the beginning is shown';
}

function take(text: Text): void {
  shown = text;
  about.textContent = `${text.name.split('/').at(-1)}, ${text.contents.length.toLocaleString('en')} characters`;
  refuseText(null);
}

export function refuseText(sentence: string | null): void {
  showProblem('text-problem', sentence, area);
  if (sentence !== null) area.focus();
}

export function lockText(isLocked: boolean): void {
  area.readOnly = isLocked;
  element('text-file', HTMLInputElement).disabled = isLocked;
  element('default-text', HTMLButtonElement).disabled = isLocked;
}

/** A module of its own, loaded when it is wanted. */
export async function defaultText(): Promise<Text> {
  const { default: contents } = await import('typescript/lib/lib.es5.d.ts?raw');
  return { name: DEFAULT_NAME, contents };
}

area.addEventListener('input', () => take({ name: PASTED_NAME, contents: area.value }));
element('default-text', HTMLButtonElement).addEventListener('click', async () => showText(await defaultText()));
element('text-file', HTMLInputElement).addEventListener('change', async ({ target }) => {
  const input = target as HTMLInputElement;
  const file = input.files?.[0];
  input.value = ''; // so that the same file can be chosen again
  if (file !== undefined) showText({ name: file.name, contents: await file.text() });
});

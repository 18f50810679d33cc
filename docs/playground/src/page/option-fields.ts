/** The fields of the form that are options of char-lm: named alike, and read by the same rules. */
import { defaults, flags, type Options, UsageError } from 'example-char-lm';
import { element, showProblem } from './elements.js';

/** What belongs to a run for good, and what may change while it is paused. */
const MODEL = ['cell', 'hidden', 'lr', 'layers', 'dropout', 'batch', 'stepsPerWindow', 'seed'] as const;
const PLAN = ['windows', 'temperature'] as const;
type Name = (typeof MODEL)[number] | (typeof PLAN)[number];

/** Smaller steps than on the command line, so that there is more to see, on phones too; and judged more often. */
export const pageDefaults: Options = { ...defaults, hidden: 128, batch: 16, windows: 1000, evaluateEvery: 50 };

const fields = new Map([...MODEL, ...PLAN].map((name) => [name, fieldOf(name)]));

/** A field, with a place under it for what is wrong with it. */
function fieldOf(name: Name): HTMLInputElement | HTMLSelectElement {
  const field = name === 'cell' ? element(name, HTMLSelectElement) : element(name, HTMLInputElement);
  const problem = document.createElement('p');
  problem.className = 'problem';
  problem.id = problemOf(name);
  problem.hidden = true;
  field.after(problem);
  field.setAttribute('aria-describedby', problem.id);
  return field;
}

function problemOf(name: Name): string {
  return `${name}-problem`;
}

/**
 * What the fields say, with defaults for what has no field; null where one of them cannot be read. Then, if asked to
 * complain, they say what is wrong, and the first of them has the focus.
 */
export function fieldOptions({ complain }: { readonly complain: boolean }): Options | null {
  const read: [Name, unknown][] = [];
  const problems: [Name, string][] = [];
  for (const [name, field] of fields) {
    try {
      read.push([name, flags[name].read(field.labels?.[0]?.textContent ?? name, field.value)]);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push([name, error.message]);
    }
  }
  if (complain) {
    for (const [name, field] of fields) showProblem(problemOf(name), null, field);
    for (const [name, sentence] of problems.reverse()) refuseField(name, sentence);
  }
  return problems.length > 0 ? null : { ...pageDefaults, ...(Object.fromEntries(read) as Partial<Options>) };
}

/** Says what is wrong with a field, and goes there. */
export function refuseField(name: Name, sentence: string): void {
  const field = fields.get(name) as HTMLElement;
  showProblem(problemOf(name), sentence, field);
  const more = field.closest('details');
  if (more !== null) more.open = true; // what is folded away cannot have the focus
  field.focus();
}

export function showOptions(options: Options): void {
  for (const [name, field] of fields) {
    field.value = String(options[name]);
    showProblem(problemOf(name), null, field);
  }
}

export function lockOptions(locked: { readonly model: boolean; readonly plan: boolean }): void {
  element('model-fields', HTMLFieldSetElement).disabled = locked.model;
  element('plan-fields', HTMLFieldSetElement).disabled = locked.plan;
}

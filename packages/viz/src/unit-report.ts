/** All units over a text, in one page to look through. */
import { encodedValues, LETTERS, STEPS } from './encoded-values.js';
import { checkOptions, PictureError } from './errors.js';
import { rounded, visible } from './text.js';
import { inkOn } from './theme.js';
import { PAGE_BODY, PAGE_SCRIPT, PAGE_STYLE } from './unit-report-page.js';

/** One unit of a {@link unitReport}. */
export interface ReportedUnit {
  readonly name: string;
  /** What the unit does at each character of the text. */
  readonly values: readonly number[];
  /** By this the units are ranked, the greatest first. All of them have one, or none. */
  readonly score?: number;
  /** What is known of the unit. */
  readonly notes?: string;
}

/** What a {@link unitReport} is made of. */
export interface UnitReportOptions {
  readonly title: string;
  readonly text: string;
  readonly units: readonly ReportedUnit[];
  /** What the scores say, stated above the ranks. Given where the units have scores. */
  readonly score?: string;
}

/**
 * A page of HTML with a text, a list of units, and the text coloured by the unit that is picked or pointed at.
 *
 * One string, complete in itself: it asks for no other file, and works where it was saved. Units and characters can be walked
 * through with the keyboard. Colours are those of {@link characterHeatMap}, full at each unit's number of greatest size; what is
 * not finite is crossed out.
 *
 * Shapes: values `[T]`, one for each character as `[...text]` counts them.
 * Errors: `PictureError` for no text, no units, values that are not as many as characters, scores that only some units have,
 * that are not finite or that nothing is said of, and unknown options.
 * Numerics: the page holds each number as a forty-fourth of the greatest size of its unit, in one byte.
 * @source A. Karpathy, J. Johnson, L. Fei-Fei, "Visualizing and Understanding Recurrent Networks", arXiv:1506.02078, section 4.2
 *
 * @example
 * ```ts
 * import { unitReport } from '@unroll/viz';
 * const text = 'a (b) c';
 * const html = unitReport({
 *   title: 'Two units of an LSTM',
 *   text,
 *   units: [
 *     { name: 'unit 0', values: [0, 0, 0.9, 0.9, 0.1, 0, 0], score: 0.98, notes: 'inside of parentheses' },
 *     { name: 'unit 1', values: [0.1, -0.3, 0.2, 0.4, -0.1, 0.3, 0.2], score: 0.21 },
 *   ],
 *   score: 'correlation with being inside of parentheses',
 * });
 * html.startsWith('<!doctype html>'); // true
 * ```
 */
export function unitReport(options: UnitReportOptions): string {
  const op = 'unitReport';
  checkOptions(op, options, ['title', 'text', 'units', 'score']);
  const { title, text, units, score } = options;
  const characters = [...text];
  checkUnits(op, characters.length, units);
  checkScores(op, units, score);
  const ranked = score === undefined ? units : [...units].sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
  const data = {
    steps: STEPS,
    letters: LETTERS,
    characters: characters.map((character) =>
      character === '\n' || character === '\t' ? character : visible(character),
    ),
    score: score ?? null,
    units: ranked.map(({ name, values, score, notes }) => ({
      name: visible(name),
      score: score === undefined ? null : rounded(score),
      notes: notes === undefined ? null : visible(notes),
      ...encodedValues(values),
    })),
  };
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    // A promise that the browser keeps: nothing is loaded from anywhere.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">`,
    `<title>${escaped(visible(title))}</title>`,
    `<style>${PAGE_STYLE}${cellRules()}</style>`,
    `<h1>${escaped(visible(title))}</h1>`,
    PAGE_BODY,
    `<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>`,
    `<script>${PAGE_SCRIPT}</script>`,
    '</html>\n',
  ].join('\n');
}

/** A class for each step above 0 and below. */
function cellRules(): string {
  return [...'ab']
    .flatMap((side) =>
      Array.from({ length: STEPS }, (_, i) => {
        const strength = Math.round(((i + 1) / STEPS) * 100);
        const color = `color-mix(in srgb, var(--${side === 'a' ? 'above' : 'below'}) ${strength}%, var(--paper))`;
        return `.${side}${i + 1} { background: ${color}; color: ${inkOn(strength)} }\n`;
      }),
    )
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function checkUnits(op: string, characters: number, units: readonly ReportedUnit[]): void {
  if (characters === 0 || units.length === 0) {
    throw new PictureError({
      op,
      what: characters === 0 ? 'the text is empty' : 'there are no units',
      rule: 'a report has at least one character and one unit',
      mend: characters === 0 ? 'Pass a text' : 'Pass [{ name, values }]',
    });
  }
  for (const { name, values } of units) {
    if (values.length === characters) continue;
    throw new PictureError({
      op,
      what: `'${name}' has ${values.length} values for ${characters} characters`,
      rule: 'each character, as [...text] counts them, has one',
      mend: 'Pass as many of both',
    });
  }
}

function checkScores(op: string, units: readonly ReportedUnit[], score: string | undefined): void {
  const without = units.filter((unit) => unit.score === undefined);
  if (without.length === (score === undefined ? units.length : 0)) {
    const strange = units.find((unit) => unit.score !== undefined && !Number.isFinite(unit.score));
    if (strange === undefined) return;
    throw new PictureError({
      op,
      what: `the score of '${strange.name}' is ${strange.score}`,
      rule: 'units are ranked by finite numbers',
      mend: 'Leave the unit out, or look at what computed its score',
    });
  }
  throw new PictureError({
    op,
    what: score === undefined ? `units have scores, of which nothing is said` : `'${without[0]?.name}' has no score`,
    rule: 'all units have one and score says what it is, or none has',
    mend: score === undefined ? 'Pass score, in words' : 'Pass all scores, or leave score out',
  });
}

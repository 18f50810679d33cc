/** A number for each character of a text: what a unit does while it reads. */

import { drawCells } from './cells.js';
import { type ColorScale, colorLegend, colorScale, legendWidth, shadeOf } from './color-scale.js';
import { checkOptions, PictureError } from './errors.js';
import { drawPicture, MARGIN } from './picture.js';
import type { Drawn, ElementMaker } from './svg.js';
import { rounded, visible } from './text.js';
import { inkOn } from './theme.js';

/** Options of {@link characterHeatMap}. */
export interface CharacterHeatMapOptions {
  readonly title?: string;
}

/** A character with its number. */
interface Letter {
  readonly character: string;
  readonly value: number;
}

/** Characters of a line at most. */
const COLUMNS = 64;
const WIDTH = 9;
const HEIGHT = 20;
const LINE_HEIGHT = 24;
const TOP = 10;

/**
 * A text with each character on the colour of its number: what a unit does while it reads.
 *
 * Colours are those of {@link heatMap}. Lines end after a newline, drawn as ↵, and after the last space that fits.
 *
 * Shapes: values `[T]`, one for each character as `[...text]` counts them, which is how `CharVocabulary` counts.
 * Errors: `PictureError` for no text, values that are not as many as characters, and unknown options.
 * @source A. Karpathy, J. Johnson, L. Fei-Fei, "Visualizing and Understanding Recurrent Networks", arXiv:1506.02078, figure 2
 *
 * @example
 * ```ts
 * import { characterHeatMap } from '@unroll/viz';
 * const text = 'say "hello"';
 * const insideQuotes = [0, 0, 0, 0, 0.4, 0.9, 0.9, 0.9, 0.9, 0.9, 0.2];
 * const svg = characterHeatMap(text, insideQuotes, { title: 'Unit 37' });
 * svg.startsWith('<svg'); // true
 * ```
 */
export function characterHeatMap(
  text: string,
  values: readonly number[],
  options: CharacterHeatMapOptions = {},
): string {
  const op = 'characterHeatMap';
  checkOptions(op, options, ['title']);
  const characters = [...text];
  checkValues(op, characters.length, text.length, values.length);
  const lines = linesOf(characters.map((character, i) => ({ character, value: values[i] ?? Number.NaN })));
  const scale = colorScale(values);
  const right = MARGIN + WIDTH * Math.max(...lines.map((line) => line.length));
  const legendHeight = Math.min(140, Math.max(60, lines.length * LINE_HEIGHT - 4));
  return drawPicture({
    title: options.title,
    description: `${rounded(characters.length)} characters, each on the colour of its number. The text: ${text}`,
    width: right + legendWidth(scale),
    height: TOP + Math.max(lines.length * LINE_HEIGHT, legendHeight) + 10,
    draw: (element) => [
      ...lines.flatMap((line, i) => {
        const place = { left: MARGIN, top: TOP + i * LINE_HEIGHT, width: WIDTH, height: HEIGHT };
        return drawCells(element, [line.map(({ value }) => value)], scale, place);
      }),
      element(
        'g',
        { 'font-family': 'ui-monospace, Menlo, Consolas, monospace', 'font-size': 14, 'text-anchor': 'middle' },
        lines.map((line, i) => letters(element, line, scale, TOP + i * LINE_HEIGHT + 15)),
      ),
      ...colorLegend(element, scale, right, TOP, legendHeight),
    ],
  });
}

/** Lines end at a newline, which has a number too, or after the last space that fits. */
function linesOf(letters: readonly Letter[]): Letter[][] {
  const lines: Letter[][] = [];
  let line: Letter[] = [];
  for (const letter of letters) {
    if (line.length >= COLUMNS && letter.character !== '\n') {
      const space = line.findLastIndex(({ character }) => character === ' ');
      const end = space > COLUMNS / 2 ? space + 1 : line.length;
      lines.push(line.slice(0, end));
      line = line.slice(end);
    }
    line.push(letter);
    if (letter.character === '\n') {
      lines.push(line);
      line = [];
    }
  }
  return line.length > 0 ? [...lines, line] : lines;
}

/** The letters of a line, each in the middle of its cell, in runs of one colour. */
function letters(element: ElementMaker, line: readonly Letter[], scale: ColorScale, y: number): Drawn {
  const runs: { readonly fill: string; text: string; x: number[] }[] = [];
  line.forEach(({ character, value }, i) => {
    if (character === ' ') return;
    const fill = inkOn(shadeOf(value, scale)?.strength ?? 0);
    const x = MARGIN + (i + 0.5) * WIDTH;
    const run = runs.at(-1);
    // Renderers disagree on how many places a character outside of the first plane takes: it stands alone.
    const alone = character.length > 1 || (run?.text.codePointAt(0) ?? 0) > 0xffff;
    if (run === undefined || run.fill !== fill || alone) runs.push({ fill, text: visible(character), x: [x] });
    else {
      run.text += visible(character);
      run.x.push(x);
    }
  });
  return element(
    'text',
    { y },
    runs.map(({ fill, text, x }) => element('tspan', { fill, x: x.join(' ') }, text)),
  );
}

function checkValues(op: string, characters: number, units: number, values: number): void {
  if (characters === 0) {
    throw new PictureError({
      op,
      what: 'the text is empty',
      rule: 'it has at least one character',
      mend: 'Pass a text',
    });
  }
  if (characters === values) return;
  const also = values === units ? `; its length of ${units} counts halves of some characters` : '';
  throw new PictureError({
    op,
    what: `there are ${values} values for ${characters} characters`,
    rule: `each character, as [...text] counts them, has one${also}`,
    mend: 'Pass as many of both',
  });
}

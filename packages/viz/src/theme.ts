/**
 * The colours of all pictures, for light and for dark pages. A picture brings its own ground, so that it is read the same
 * where a page is dark and the reader's system is not.
 *
 * The lines keep a contrast of 4.5 to the ground, and are told apart by readers who see fewer colours too. Cells go from the
 * ground to one of two colours, and the letters on them turn from black to white where each reads better.
 */

/** Every colour by its name: on light pages, on dark ones. */
export const COLORS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  paper: ['#ffffff', '#16191d'],
  ink: ['#1f2328', '#e6e9ec'],
  quiet: ['#55606a', '#a8b3bd'],
  rule: ['#d5dade', '#3b444d'],
  line1: ['#1a75bd', '#4a97d6'],
  line2: ['#c83d07', '#f89057'],
  line3: ['#006f51', '#35c796'],
  line4: ['#6d1480', '#e3a1fb'],
  line5: ['#745429', '#e0c93a'],
  line6: ['#2b3138', '#d0d6dc'],
  above: ['#003c75', '#8fcaff'],
  below: ['#742300', '#ffb78d'],
  // Letters on a cell: on a pale, on a middle and on a full one.
  pale: ['#000000', '#ffffff'],
  middle: ['#000000', '#000000'],
  full: ['#ffffff', '#000000'],
};

const variables = (scheme: 0 | 1): string =>
  Object.entries(COLORS)
    .map(([name, colors]) => `--${name}: ${colors[scheme]};`)
    .join(' ');

/** Rules that give the elements of `selector` all colours by name, those of the reader's scheme. */
export function colorRules(selector: string): string {
  return `${selector} { ${variables(0)} }\n@media (prefers-color-scheme: dark) { ${selector} { ${variables(1)} } }`;
}

/** The style sheet of a picture; its class keeps it from the page around an inline picture. */
export const STYLE: string = `
${colorRules('.unroll-picture')}
.unroll-picture { color: var(--ink); max-width: 100%; height: auto; }
.unroll-picture text { white-space: pre; }
`;

/** From which strength on, in hundredths, letters on a cell are black on light pages no more, and on dark ones white no more. */
const SWITCH = { light: 69, dark: 54 };

/** The colour of letters on a cell of this strength. */
export function inkOn(strength: number): string {
  if (strength < SWITCH.dark) return 'var(--pale)';
  return strength < SWITCH.light ? 'var(--middle)' : 'var(--full)';
}

/** How many lines differ by their colour. */
const LINE_COLORS = 6;

const DASHES = ['none', '7 3', '2 3', '9 3 2 3'];

/** How the i-th line is drawn: by colour, and after the last of these by dashes too. */
export function lineStyle(i: number): { readonly stroke: string; readonly dashes: string } {
  const dashes = DASHES[Math.floor(i / LINE_COLORS) % DASHES.length] ?? 'none';
  return { stroke: `var(--line${(i % LINE_COLORS) + 1})`, dashes };
}

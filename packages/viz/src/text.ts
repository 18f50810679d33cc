/** Text in pictures. */

/**
 * A text that XML may hold and a reader can see: a newline as `↵`, a tab as `→`, other control characters as their pictures
 * (`␀`), halves of surrogate pairs and the two non-characters as `�`.
 */
export function visible(text: string): string {
  return Array.from(text, visibleCharacter).join('');
}

function visibleCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n') return '↵';
  if (character === '\t') return '→';
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  const forbidden =
    (code >= 0x80 && code < 0xa0) || (code >= 0xd800 && code < 0xe000) || code === 0xfffe || code === 0xffff;
  return forbidden ? '\ufffd' : character;
}

/** At least as wide as `text` is in any usual sans-serif of this size: nothing here can measure it. */
export function widthOf(text: string, fontSize: number): number {
  const widths = Array.from(text, (character) => {
    if ((character.codePointAt(0) ?? 0) >= 0x1100) return 1;
    if (NARROW.has(character)) return 0.42;
    return WIDE.has(character) ? 0.98 : 0.66;
  });
  return Math.ceil(widths.reduce((sum, width) => sum + width, 0) * fontSize);
}

const NARROW = new Set(" .,;:!|'ijl()[]ftrI");

const WIDE = new Set('mwMWQOG@%—→←');

/** `0.05`, `20,000`, `−3`. */
export function decimal(value: number): string {
  const [whole = '', part] = String(value).replace('-', '−').split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return part === undefined ? grouped : `${grouped}.${part}`;
}

/** A number as words and legends say it: to so many digits. */
export function rounded(value: number, digits = 3): string {
  return decimal(Number(value.toPrecision(digits)));
}

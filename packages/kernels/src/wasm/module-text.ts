/**
 * A module as printable text. A byte is one character, after a mark if it is above the first page; so what repeats in
 * the module repeats in the text, and compresses nearly as the module itself does (base64 loses that: its groups of
 * three bytes begin anywhere). `scripts/build-wasm.mjs` writes it.
 */

/** Printable ASCII without what a string, a template or a script in a page may have to escape. */
const CHARACTERS = ` !#%&()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~`;
/** So many characters stand for bytes; the two after them are the marks of the second and the third page. */
const PAGE = 86;

/** The bytes that a text stands for. */
export function bytesOfText(text: string): Uint8Array<ArrayBuffer> {
  const places = new Uint8Array(128);
  for (let place = 0; place < CHARACTERS.length; place++) places[CHARACTERS.charCodeAt(place)] = place;
  const bytes = new Uint8Array(text.length);
  let length = 0;
  let page = 0;
  for (let i = 0; i < text.length; i++) {
    const place = places[text.charCodeAt(i)] as number;
    if (place >= PAGE) page = place - PAGE + 1;
    else {
      bytes[length++] = page * PAGE + place;
      page = 0;
    }
  }
  return bytes.slice(0, length);
}

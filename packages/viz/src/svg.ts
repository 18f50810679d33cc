/**
 * Elements of SVG and their text. A document without a browser has only the DOM that drawing needs, and it writes HTML:
 * what stands in a file must be XML, so that it is written here.
 */
import { parseHTML } from 'linkedom/worker';
import { visible } from './text.js';

const SVG = 'http://www.w3.org/2000/svg';

/** As much of an element as pictures use; the types of browsers are not loaded here. */
export interface Drawn {
  readonly nodeType: 1;
  readonly localName: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<Drawn | { readonly nodeType: 3; readonly textContent: string }>;
  readonly children: Iterable<Drawn>;
  textContent: string;
  setAttribute(name: string, value: string): void;
  append(...children: Drawn[]): void;
  remove(): void;
  querySelectorAll(selector: string): Iterable<Drawn>;
}

/** As much of a document. */
export interface Drawing {
  createElementNS(namespace: string, name: string): Drawn;
}

/** Makes an element, of its attributes and of a text or children. */
export type ElementMaker = (
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content?: string | readonly Drawn[],
) => Drawn;

/** An empty document. */
export function newDrawing(): Drawing {
  const { document } = parseHTML('<!doctype html><html></html>') as unknown as { document: Drawing };
  return document;
}

/** What makes the elements of a document. */
export function elementMaker(document: Drawing): ElementMaker {
  return (name, attributes, content = []) => {
    const made = document.createElementNS(SVG, name);
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
    if (typeof content === 'string') made.textContent = visible(content);
    else made.append(...content);
    return made;
  };
}

/** The text of an SVG file. */
export function fileOf(svg: Drawn): string {
  svg.setAttribute('xmlns', SVG);
  return `${written(svg)}\n`;
}

function written(node: Drawn): string {
  const attributes = [...node.attributes].map(({ name, value }) => ` ${name}="${escaped(shortened(name, value))}"`);
  const content = [...node.childNodes].map((child) =>
    child.nodeType === 1 ? written(child) : escaped(child.textContent),
  );
  const begin = `<${node.localName}${attributes.join('')}`;
  return content.length === 0 ? `${begin}/>` : `${begin}>${content.join('')}</${node.localName}>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

/** Attributes that hold places and sizes. */
const NUMBERS = /^(?:x|y|x1|y1|x2|y2|cx|cy|r|d|transform|width|height|stroke-width|font-size)$/;

/** To two decimals: smaller files, and the same ones where engines differ in the last bit of a logarithm. */
function shortened(name: string, value: string): string {
  if (!NUMBERS.test(name)) return value;
  return value.replaceAll(/-?\d*\.?\d+(?:e[-+]?\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100));
}

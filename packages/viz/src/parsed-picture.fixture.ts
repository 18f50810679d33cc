/** Pictures read back by an XML parser that is not ours, and strict. */
import { SaxesParser } from 'saxes';

export interface Part {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Part[];
  text: string;
}

/** The root of a picture. Throws where it is not well-formed XML. */
export function parsed(svg: string): Part {
  const root: Part = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const part: Part = { name, attributes, children: [], text: '' };
    open.at(-1)?.children.push(part);
    open.push(part);
  });
  parser.on('text', (text) => {
    const part = open.at(-1);
    if (part !== undefined) part.text += text;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(svg).close();
  return root.children[0] ?? root;
}

/** All parts below one, in the order of the file. */
export function partsOf(part: Part): Part[] {
  return part.children.flatMap((child) => [child, ...partsOf(child)]);
}

/** The texts of a picture. */
export function textsOf(svg: string): string[] {
  return partsOf(parsed(svg))
    .filter(({ name }) => name === 'text')
    .map((part) => part.text + part.children.map(({ text }) => text).join(''));
}

/** Parts whose attributes have these values. */
export function withAttributes(svg: string, attributes: Readonly<Record<string, string>>): Part[] {
  return partsOf(parsed(svg)).filter((part) =>
    Object.entries(attributes).every(([name, value]) => part.attributes[name] === value),
  );
}

/** The numbers of an attribute. */
export function numbersIn(text: string | undefined): number[] {
  return (text ?? '').match(/-?\d+(?:\.\d+)?/g)?.map(Number) ?? [];
}

/** What there is to keep track of in a text: a number for each character, as it is once that character has been read. */

export const PROPERTIES = ['line position', 'indentation', 'quotes', 'brackets', 'comments'] as const;
export type Property = (typeof PROPERTIES)[number];

/** What is known after the characters so far. */
interface Place {
  /** Characters of the line so far. */
  readonly column: number;
  /** Spaces at the beginning of the line so far. */
  readonly indentation: number;
  /** The sign that closes the quotation, or the code between backticks; empty outside. */
  readonly quote: string;
  /** Round and square brackets that are open, those in quotations aside. */
  readonly brackets: number;
  readonly comment: boolean;
  /** The character before, unless it has begun or ended a comment. */
  readonly previous: string;
}

const lineBegin = { column: 0, indentation: 0, quote: '', brackets: 0 };

/** Where each character of a text leaves its reader. Quotes and brackets end with their line; `/*` begins a comment. */
export function propertiesOf(text: string): Readonly<Record<Property, readonly number[]>> {
  let place: Place = { ...lineBegin, comment: false, previous: '\n' };
  const places = Array.from(text, (character) => {
    place = after(place, character);
    return place;
  });
  return {
    'line position': places.map(({ column }) => column),
    indentation: places.map(({ indentation }) => indentation),
    quotes: places.map(({ quote }) => (quote === '' ? 0 : 1)),
    brackets: places.map(({ brackets }) => brackets),
    comments: places.map(({ comment }) => (comment ? 1 : 0)),
  };
}

function after(place: Place, character: string): Place {
  const { previous, comment } = place;
  if (character === '\n') return { ...lineBegin, comment, previous: character };
  const turns = previous + character === (comment ? '*/' : '/*');
  const { column, indentation, quote, brackets } = place;
  return {
    column: column + 1,
    indentation: character === ' ' && indentation === column ? indentation + 1 : indentation,
    quote: quoteAfter(quote, character),
    brackets: quote === '' ? Math.max(0, brackets + stepOf(character)) : brackets,
    comment: turns ? !comment : comment,
    previous: turns ? '' : character,
  };
}

function quoteAfter(quote: string, character: string): string {
  if (quote !== '') return character === quote ? '' : quote;
  return character === '"' || character === '`' ? character : '';
}

function stepOf(character: string): number {
  if (character === '(' || character === '[') return 1;
  return character === ')' || character === ']' ? -1 : 0;
}

/** What the units of a model do along the beginning of the held-out text, for people to look at. */
import { mean, sub } from '@unroll/core';
import { characterHeatMap, unitReport } from '@unroll/viz';
import type { CharModel, Corpus } from 'example-char-lm';
import type { Tracker } from './learn.js';
import type { Passages } from './passages.js';
import { PROPERTIES } from './properties.js';
import { correlations, nameOf, traceUnits } from './units.js';

/** Characters of the page, and of a picture. */
const [PAGE, PICTURE] = [2000, 800];

/** Correlations below it are not worth a note. */
const NOTED = 0.25;

/** What each unit does along a text. */
export interface Beginning {
  readonly text: string;
  /** By the names of the units: how far each is above or below its mean. */
  readonly values: ReadonlyMap<string, readonly number[]>;
}

/** Reads the beginning of the held-out text; what comes before its first line is not shown. */
export function readBeginning(model: CharModel, { vocabulary, validation }: Corpus): Beginning {
  const warmUp = vocabulary.decode(validation).indexOf('\n') + 1;
  const ids = validation.subarray(0, warmUp + PAGE);
  const trace = traceUnits(model, { ids: [ids], warmUp });
  const { shape, data } = sub(trace, mean(trace, 0));
  const [steps = 0, columns = 0] = shape;
  const values = Array.from({ length: columns }, (_, column) => {
    const along = Array.from({ length: steps }, (_, t) => data[t * columns + column] ?? Number.NaN);
    return [nameOf(column, columns), along] as const;
  });
  return { text: vocabulary.decode(ids.subarray(warmUp)), values: new Map(values) };
}

/** A page with all units, those first that keep track of something best. */
export function reportOf(model: CharModel, { text, values }: Beginning, judgedBy: Passages): string {
  const rows = correlations(traceUnits(model, judgedBy), judgedBy.properties).toArray() as number[][];
  const units = [...values].map(([name, along], unit) => {
    const known = PROPERTIES.map((property, p) => ({ property, correlation: rows[unit]?.[p] ?? 0 }));
    known.sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation));
    const noted = known.filter(({ correlation }, i) => i === 0 || Math.abs(correlation) >= NOTED);
    return {
      name,
      values: along,
      score: Math.abs(known[0]?.correlation ?? 0),
      notes: noted.map(({ property, correlation }) => `${property} ${signed(correlation)}`).join(', '),
    };
  });
  const score = `size of the greatest correlation with ${PROPERTIES.slice(0, -1).join(', ')} or ${PROPERTIES.at(-1)}`;
  return unitReport({ title: 'What the memories of an LSTM keep track of', text, units, score });
}

/** One unit along the first lines. */
export function pictureOf({ text, values }: Beginning, property: string, { unit, correlation }: Tracker): string {
  const title = `${unit} and ${property}: correlation ${signed(correlation)}`;
  return characterHeatMap(text.slice(0, PICTURE), (values.get(unit) ?? []).slice(0, PICTURE), { title });
}

function signed(correlation: number): string {
  return correlation.toFixed(2).replace('-', '−');
}

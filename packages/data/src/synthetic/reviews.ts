/** Film reviews from a grammar with negation and contrast, whose words alone do not tell what they say. */
import { type Rng, type Tensor, tensor, ValueError } from '@unroll/core';
import { padSequences } from '../pad-sequences.js';
import { choose } from './choose.js';
import { drawExamples } from './draw-examples.js';
import { checkSynthetic, type DistinctOptions } from './options.js';

/** Options of {@link reviews}. */
export interface ReviewsOptions extends DistinctOptions {
  /** Which templates: three quarters are for training, the others are never seen there. */
  readonly part: 'train' | 'heldOut';
}

/** Reviews and what they say. */
export interface Reviews {
  /** Words and signs, with a space between any two. */
  readonly texts: readonly string[];
  /** What each was made from: `although the {aspect} was not {verdict} , i found the {aspect} {verdict}`. */
  readonly templates: readonly string[];
  /** int32 `[N, T]`: ids in {@link REVIEW_WORDS}, then 0 in the padding. */
  readonly x: Tensor;
  /** int32 `[N]`: words of each review. */
  readonly lengths: Tensor;
  /** int32 `[N]`: 1 for a good review, 0 for a bad one. */
  readonly y: Tensor;
}

const ASPECTS = 'plot acting music dialogue ending pacing photography script humour cast'.split(' ');
/** Bad and good. */
const VERDICTS: readonly (readonly string[])[] = [
  'bad awful terrible dull boring clumsy silly tedious'.split(' '),
  'good great wonderful brilliant moving funny clever charming'.split(' '),
];
const OPENERS = ['', 'honestly , ', 'to be fair , ', 'all in all , '];

/** Clauses that say their verdict, and clauses that say the opposite. */
const CLAUSES: readonly (readonly string[])[] = [
  [
    'the {aspect} was {verdict}',
    'the {aspect} was really {verdict}',
    'i found the {aspect} {verdict}',
    'the {aspect} seemed {verdict} to me',
  ],
  [
    'the {aspect} was not {verdict}',
    'the {aspect} was not {verdict} at all',
    'i never found the {aspect} {verdict}',
    'the {aspect} was far from {verdict}',
  ],
];
const FORMS = 4;

/** How clauses are joined: all say what the review says, or only the one called `point` does. */
const SINGLE = ['{point}'];
const AGREEMENTS = ['{point} and {other}', '{point} , and {other} too', '{point} ; besides , {other}'];
const CONTRASTS = [
  '{other} , but {point}',
  'although {other} , {point}',
  '{point} , although {other}',
  '{other} ; still , {point}',
  'even if {other} , {point}',
  '{point} , even if {other}',
];
const KINDS = [SINGLE, AGREEMENTS, CONTRASTS, CONTRASTS]; // each equally likely

/** All words and signs of the reviews in alphabetical order; id `i` is the i-th. */
export const REVIEW_WORDS: readonly string[] = wordsOf([
  ...ASPECTS,
  ...VERDICTS.flat(),
  ...OPENERS,
  ...CLAUSES.flat(),
  ...AGREEMENTS,
  ...CONTRASTS,
  '.',
]);

/**
 * How many reviews can be told right at most from their words without the order, by whatever means: 45 of 64. One clause
 * (a quarter of the reviews) is told. Of two that agree (a quarter) 3 in 8 negate one clause, and with the verdicts
 * exchanged the same words say the opposite. Of two in contrast (half of the reviews) all do, with the clauses exchanged.
 * So `1/4·1 + 1/4·(1 − 3/16) + 1/2·1/2`. A linear classifier on the words reaches about 62 %.
 */
export const REVIEWS_BASELINE: number = 45 / 64;

/**
 * Reviews of one clause or two, each of which gives a verdict on one aspect and may be negated: `the plot was not bad at
 * all , but i found the acting dull .` Two clauses agree, or the one in contrast counts less. Good and bad are equally
 * frequent, and each clause is negated with probability 1/4.
 *
 * A template is the frame of a review and its clauses. All words occur in both parts, but no template does: what is held
 * out asks for the same understanding in combinations that were never seen.
 *
 * Shapes: x `[count, T]` with ids in {@link REVIEW_WORDS}, lengths and y `[count]`.
 * Errors: `ValueError` for options that are unknown or wrong, or more distinct reviews than can be found.
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { texts, y } = synthetic.reviews({ count: 1, part: 'train', rng: new Rng(26) });
 * texts; // ['honestly , the ending was not bad at all and the cast was great .']
 * y.toArray(); // [1]
 * ```
 */
export function reviews(options: ReviewsOptions): Reviews {
  const op = 'synthetic.reviews';
  checkSynthetic(op, options, ['distinct', 'part']);
  const { part, rng } = options;
  checkPart(op, part);
  const drawn = drawExamples(
    op,
    options,
    () => drawReview(rng, part === 'heldOut'),
    ({ text }) => text,
  );
  const ids = new Map(REVIEW_WORDS.map((word, id) => [word, id]));
  const { values: x, lengths } = padSequences(
    drawn.map(({ text }) => Int32Array.from(text.split(' '), (word) => ids.get(word) as number)),
  );
  return {
    texts: drawn.map(({ text }) => text),
    templates: drawn.map(({ template }) => template),
    x,
    lengths,
    y: tensor(Int32Array.from(drawn, ({ label }) => label)),
  };
}

interface Review {
  readonly text: string;
  readonly template: string;
  readonly label: number;
}

interface Clause {
  readonly form: number;
  readonly template: string;
  readonly text: string;
}

function drawReview(rng: Rng, heldOut: boolean): Review {
  const label = rng.integer(2);
  const opener = choose(rng, OPENERS);
  const frames = choose(rng, KINDS);
  for (;;) {
    const frame = rng.integer(frames.length);
    const [aspect, another] = rng.permutation(ASPECTS.length);
    const point = drawClause(rng, aspect as number, label);
    const other = drawClause(rng, another as number, frames === CONTRASTS ? 1 - label : label);
    // A quarter is held out, whatever is negated, and clauses can be exchanged without a change of part.
    const place = frames === SINGLE ? point.form : frame + point.form + other.form;
    if ((place % FORMS === 0) !== heldOut) continue;
    const join = (part: 'template' | 'text'): string =>
      (frames[frame] as string).replace('{point}', point[part]).replace('{other}', other[part]);
    return { text: `${opener}${join('text')} .`, template: join('template'), label };
  }
}

function drawClause(rng: Rng, aspect: number, says: number): Clause {
  const negated = rng.integer(4) === 0 ? 1 : 0;
  const form = rng.integer(FORMS);
  const template = CLAUSES[negated]?.[form] as string;
  const verdict = choose(rng, VERDICTS[negated === 1 ? 1 - says : says] as readonly string[]);
  const text = template.replace('{aspect}', ASPECTS[aspect] as string).replace('{verdict}', verdict);
  return { form, template, text };
}

function wordsOf(texts: readonly string[]): string[] {
  const words = texts.flatMap((text) => text.split(' ')).filter((word) => word !== '' && !word.startsWith('{'));
  return [...new Set(words)].sort();
}

function checkPart(op: string, part: unknown): void {
  if (part === 'train' || part === 'heldOut') return;
  throw new ValueError({
    op,
    what: `part is ${JSON.stringify(part)}`,
    rule: "the templates are in two parts, 'train' and 'heldOut'",
    mend: 'Pass one of them',
  });
}

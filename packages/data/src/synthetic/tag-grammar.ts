/** English-like sentences whose words take their parts of speech from where they stand. */
import type { Rng, Tensor } from '@unroll/core';
import { padSequences } from '../pad-sequences.js';
import { choose } from './choose.js';
import { drawExamples } from './draw-examples.js';
import { checkSynthetic, type DistinctOptions } from './options.js';

/** Sentences and the parts of speech of their words. */
export interface TaggedSentences {
  /** Words, with a space between any two. */
  readonly texts: readonly string[];
  /** int32 `[N, T]`: ids in {@link TAG_GRAMMAR_WORDS}, then 0 in the padding. */
  readonly x: Tensor;
  /** int32 `[N, T]`: places in {@link TAG_GRAMMAR_TAGS}, then −1, which `ignoreIndex` names. */
  readonly y: Tensor;
  /** int32 `[N]`: words of each sentence, its point counted. */
  readonly lengths: Tensor;
}

type Tag = 'ADJ' | 'ADP' | 'ADV' | 'AUX' | 'DET' | 'NOUN' | 'PRON' | 'PUNCT' | 'SCONJ' | 'VERB';
type Tagged = readonly [word: string, tag: Tag];

/** Parts of speech, as Universal Dependencies name them. */
export const TAG_GRAMMAR_TAGS: readonly string[] = 'ADJ ADP ADV AUX DET NOUN PRON PUNCT SCONJ VERB'.split(' ');

/**
 * How many words get their right tag from who gives each word the tag that it has most often. Of all words in sentences,
 * 51 % can have more than one.
 */
export const TAG_GRAMMAR_BASELINE: number = 0.785;

/** Things, of which there are one or several, and what one does or several do: with the forms exchanged. */
const STEMS = 'cook plant water light paint dance play drink book walk guard'.split(' ');
const plural = (words: readonly string[]): string[] => words.map((word) => `${word}s`);
/** Of one, then of several. */
const NOUNS = [
  [...STEMS, 'friend', 'garden', 'can', 'will'],
  [...plural(STEMS), 'friends', 'gardens', 'cans', 'wills'],
];
/** Those that may be followed by a clause, then all. */
const KNOWING = ['know', 'see'];
const DOING = [...STEMS, ...KNOWING, 'like', 'clean'];
const DETERMINERS = ['the a this that'.split(' '), 'the these those'.split(' ')];
const SUBJECTS = ['she he it this that'.split(' '), 'they we'.split(' ')];
const OBJECTS = 'her him it them us this that'.split(' ');
const ADJECTIVES = 'young small clean fast late hard'.split(' ');
const ADVERBS = 'often slowly fast late hard'.split(' ');
const AUXILIARIES = 'can will must'.split(' ');
const PREPOSITIONS = 'in near like after before'.split(' ');
const CONJUNCTIONS = ['after', 'before'];
const THAT = 'that';
const POINT = '.';

/** All words and the point in alphabetical order; id `i` is the i-th. */
export const TAG_GRAMMAR_WORDS: readonly string[] = [
  ...new Set([
    ...[NOUNS, DETERMINERS, SUBJECTS].flat(2),
    ...[DOING, plural(DOING), OBJECTS, ADJECTIVES, ADVERBS, AUXILIARIES, PREPOSITIONS, CONJUNCTIONS].flat(),
    POINT,
  ]),
].sort();

/**
 * Sentences of one clause or two, from a grammar in which most words have several parts of speech: `cooks` are people or
 * what someone does, `can` is a thing or an auxiliary, `that` a determiner, a pronoun or a conjunction, `after` comes
 * before things or before clauses, `fast` and `clean` are adjectives or not. Subject and verb agree, and things have a
 * determiner, so that every sentence has one reading only; for some words it takes what comes after them to find it.
 *
 * Shapes: x and y `[count, T]`, lengths `[count]`.
 * Errors: `ValueError` for options that are unknown or wrong, or more distinct sentences than can be found.
 * @source Universal Dependencies, https://universaldependencies.org/u/pos: the tags
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { texts, y } = synthetic.tagGrammar({ count: 1, rng: new Rng(1) });
 * texts; // ['this guards the young books .']
 * Array.from(y.data, (tag) => synthetic.TAG_GRAMMAR_TAGS[tag]); // ['PRON', 'VERB', 'DET', 'ADJ', 'NOUN', 'PUNCT']
 * ```
 */
export function tagGrammar(options: DistinctOptions): TaggedSentences {
  const op = 'synthetic.tagGrammar';
  checkSynthetic(op, options, ['distinct']);
  const drawn = drawExamples(op, options, () => drawSentence(options.rng), textOf);
  const ids = new Map(TAG_GRAMMAR_WORDS.map((word, id) => [word, id]));
  const { values: x, lengths } = padSequences(
    drawn.map((sentence) => Int32Array.from(sentence, ([word]) => ids.get(word) as number)),
  );
  const { values: y } = padSequences(
    drawn.map((sentence) => Int32Array.from(sentence, ([, tag]) => TAG_GRAMMAR_TAGS.indexOf(tag))),
    { value: -1 },
  );
  return { texts: drawn.map(textOf), x, y, lengths };
}

function textOf(sentence: readonly Tagged[]): string {
  return sentence.map(([word]) => word).join(' ');
}

function drawSentence(rng: Rng): Tagged[] {
  const end: Tagged = [POINT, 'PUNCT'];
  const kind = rng.integer(4);
  if (kind === 0) return [...subjectAndVerb(rng, KNOWING), [THAT, 'SCONJ'], ...clause(rng), end];
  if (kind === 1) return [...clause(rng), [choose(rng, CONJUNCTIONS), 'SCONJ'], ...clause(rng), end];
  return [...clause(rng), end];
}

/** Each part after the verb is there or not. */
function clause(rng: Rng): Tagged[] {
  const sentence = subjectAndVerb(rng, DOING);
  if (rng.uniform() < 0.6) sentence.push(...object(rng));
  if (rng.uniform() < 0.3) sentence.push([choose(rng, ADVERBS), 'ADV']);
  if (rng.uniform() < 0.3) sentence.push([choose(rng, PREPOSITIONS), 'ADP'], ...object(rng));
  return sentence;
}

/** `the cook plays`, `the cooks play`, or either with `can play`. */
function subjectAndVerb(rng: Rng, verbs: readonly string[]): Tagged[] {
  const count = rng.integer(2); // one, or several
  const subject = rng.integer(3) === 0 ? pronoun(rng, SUBJECTS[count] ?? []) : thing(rng, count);
  const verb = choose(rng, verbs);
  if (rng.integer(4) === 0) return [...subject, [choose(rng, AUXILIARIES), 'AUX'], [verb, 'VERB']];
  return [...subject, [count === 0 ? `${verb}s` : verb, 'VERB']];
}

function object(rng: Rng): Tagged[] {
  return rng.integer(3) === 0 ? pronoun(rng, OBJECTS) : thing(rng, rng.integer(2));
}

function pronoun(rng: Rng, among: readonly string[]): Tagged[] {
  return [[choose(rng, among), 'PRON']];
}

function thing(rng: Rng, count: number): Tagged[] {
  const adjective: Tagged[] = rng.integer(3) === 0 ? [[choose(rng, ADJECTIVES), 'ADJ']] : [];
  return [[choose(rng, DETERMINERS[count] ?? []), 'DET'], ...adjective, [choose(rng, NOUNS[count] ?? []), 'NOUN']];
}

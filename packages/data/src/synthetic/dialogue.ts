/** Small dialogues: something is told of several people, then asked. */
import { checkSize, type Rng, ValueError } from '@unroll/core';
import { choose } from './choose.js';
import { drawExamples } from './draw-examples.js';
import { checkSynthetic, type DistinctOptions } from './options.js';
import { encodeSentences, type Sentences, vocabularyOf } from './sentences.js';

/** Options of {@link dialogue}. */
export interface DialogueOptions extends DistinctOptions {
  /** How many things are told at most, from 2 to 8; 4 unless given. */
  readonly facts?: number;
}

/** Dialogues of one question; both sides have one vocabulary, so that what was told can be said. */
export interface Dialogue {
  /** What is told, and the question: `anna likes red . ben lives in rome . who lives in rome ?`. */
  readonly questions: Sentences;
  readonly answers: Sentences;
}

/**
 * How many answers can be right at most in who knows the words that were told and asked, but not their order, with 4
 * facts: asked for a place or colour, one of those told; asked for a name, one of those told.
 */
export const DIALOGUE_BASELINE: number = 0.4809;

const NAMES = 'anna ben clara david emma felix greta hugo'.split(' ');

interface Kind {
  readonly values: readonly string[];
  readonly told: readonly string[];
  /** Asks for the value. */
  readonly asked: readonly string[];
  /** Asks for the name. */
  readonly askedWho: readonly string[];
}

const KINDS: readonly Kind[] = [
  {
    values: 'athens berlin cairo lima oslo paris rome tokyo'.split(' '),
    told: ['{name} lives in {value} .', 'the home of {name} is {value} .', '{value} is where {name} lives .'],
    asked: ['where does {name} live ?', 'where is the home of {name} ?'],
    askedWho: ['who lives in {value} ?', 'whose home is {value} ?'],
  },
  {
    values: 'black blue brown green orange red white yellow'.split(' '),
    told: ['{name} likes {value} .', 'the colour that {name} likes is {value} .', '{value} is what {name} likes .'],
    asked: ['which colour does {name} like ?', 'what does {name} like ?'],
    askedWho: ['who likes {value} ?', 'who is it that likes {value} ?'],
  },
];

/**
 * Dialogues in which 2 to `facts` things are told, each number equally likely, each of another person: where someone
 * lives, or which colour someone likes, no place and no colour twice. Then comes a question about one of them, for the
 * place or colour or for the name, and the answer is one word. How things are told and asked varies.
 *
 * Words alone do not tell who goes with what: a network has to read who was told what, and to look it up.
 *
 * Shapes: `questions.ids` and `answers.ids` `[count, T]`, each with a T of its own.
 * Errors: `ValueError` for options that are unknown or wrong, or more distinct dialogues than can be found.
 *
 * @example
 * ```ts
 * import { Rng } from '@unroll/core';
 * import * as synthetic from '@unroll/data/synthetic';
 * const { questions, answers } = synthetic.dialogue({ count: 1, facts: 2, rng: new Rng(9) });
 * questions.texts; // ['the home of anna is rome . david lives in athens . where is the home of david ?']
 * answers.texts; // ['athens']
 * ```
 */
export function dialogue(options: DialogueOptions): Dialogue {
  const op = 'synthetic.dialogue';
  checkSynthetic(op, options, ['distinct', 'facts']);
  const { facts = 4, rng } = options;
  checkFacts(op, facts);
  const drawn = drawExamples(
    op,
    options,
    () => drawDialogue(rng, 2 + rng.integer(facts - 1)),
    ({ question }) => question,
  );
  const patterns = KINDS.flatMap(({ values, told, asked, askedWho }) => [...values, ...told, ...asked, ...askedWho]);
  const vocabulary = vocabularyOf([...NAMES, ...patterns]);
  return {
    questions: encodeSentences(
      drawn.map(({ question }) => question),
      vocabulary,
    ),
    answers: encodeSentences(
      drawn.map(({ answer }) => answer),
      vocabulary,
    ),
  };
}

function drawDialogue(rng: Rng, facts: number): { readonly question: string; readonly answer: string } {
  const names = rng.permutation(NAMES.length);
  const values = KINDS.map((kind) => rng.permutation(kind.values.length));
  const told = Array.from({ length: facts }, (_, i) => {
    const k = rng.integer(KINDS.length);
    const kind = KINDS[k] as Kind;
    return { kind, name: NAMES[names[i] as number] as string, value: kind.values[values[k]?.[i] as number] as string };
  });
  const sentences = told.map(({ kind, name, value }) => fill(choose(rng, kind.told), name, value));
  const { kind, name, value } = choose(rng, told);
  const asksWho = rng.integer(2) === 1;
  const question = fill(choose(rng, asksWho ? kind.askedWho : kind.asked), name, value);
  return { question: [...sentences, question].join(' '), answer: asksWho ? name : value };
}

function fill(pattern: string, name: string, value: string): string {
  return pattern.replace('{name}', name).replace('{value}', value);
}

function checkFacts(op: string, facts: number): void {
  checkSize(op, 'facts', facts, 2);
  if (facts <= NAMES.length) return;
  throw new ValueError({
    op,
    what: `facts is ${facts}`,
    rule: `there are ${NAMES.length} people, and nothing is told of one twice`,
    mend: `Pass at most ${NAMES.length}`,
  });
}

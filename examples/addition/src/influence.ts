/** Which digit of a question decides which digit of the answer. */
import { Rng, tensor } from '@unroll/core';
import type { CharVocabulary } from '@unroll/data';
import { heatMap } from '@unroll/viz';
import type { Learner } from './learn.js';

const QUESTIONS = 300;
/** Of `987+654=1641`. */
const PLACES = [0, 1, 2, 4, 5, 6];
const ASKED = 'hundreds tens ones'.split(' ');
const ANSWERED = 'thousands hundreds tens ones'.split(' ');

/** How often each character of the answer changes with a digit of the question; both numbers are above 499. */
export function influence(answer: (questions: readonly string[]) => readonly string[], rng: Rng): number[][] {
  const questions = Array.from({ length: QUESTIONS }, () => `${500 + rng.integer(500)}+${500 + rng.integer(500)}`);
  const before = answer(questions);
  const columns = PLACES.map((place) => {
    const after = answer(questions.map((question) => withOtherDigit(question, place, rng)));
    return ANSWERED.map((_, i) => after.filter((text, n) => text[i] !== before[n]?.[i]).length / QUESTIONS);
  });
  return ANSWERED.map((_, i) => columns.map((column) => column[i] as number));
}

/** Hundreds stay from 5 to 9, so that all answers have four digits. */
function withOtherDigit(question: string, place: number, rng: Rng): string {
  const [least, count] = place % 4 === 0 ? [5, 5] : [0, 10];
  const digit = least + ((Number(question[place]) - least + 1 + rng.integer(count - 1)) % count);
  return `${question.slice(0, place)}${digit}${question.slice(place + 1)}`;
}

/** The same as a picture, of what a network writes to questions that it reads backwards. */
export function drawInfluence(network: Learner, vocabulary: CharVocabulary): string {
  const answer = (questions: readonly string[]): readonly string[] => {
    const ids = vocabulary.encode(questions.map((question) => [...question].reverse().join('')).join(''));
    const written = network.write(tensor(ids, { shape: [questions.length, 7] }), 4);
    return written.map((row) => vocabulary.decode(row));
  };
  const shares = influence(answer, new Rng(0));
  return heatMap(shares, {
    title: 'How often a digit of the answer changes with one of the question',
    rows: ANSWERED,
    columns: [...ASKED, ...ASKED],
    labels: shares.map((row) => row.map((share) => `${Math.round(100 * share)} %`)),
    x: 'question: first number, second number',
    y: 'answer',
  });
}

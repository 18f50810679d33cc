/** `npm run example sentiment`: reviews that say the opposite of their words, and readers that do and do not see it. */
import { Rng } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { GRUCell, LSTMCell, RNNCell } from '@unroll/nn';
import { bars } from '@unroll/viz';
import { above, figure, percent, runExample, whole } from 'example-runner';
import { drawKinds } from './kinds.js';
import { type Task, train } from './learn.js';
import { Bag, Reader } from './models.js';
import { changeByPadding, drawOpinions } from './opinions.js';

const flags = {
  seeds: whole(3, 'trainings of each judge', { quick: 1 }),
  reviews: whole(4_000, 'reviews to learn from', { quick: 1_000 }),
  passes: whole(8, 'how often each of them is read', { quick: 5 }),
  hidden: whole(32, 'units of every cell'),
  wordSize: whole(16, 'numbers in the vector of a word'),
  lr: above(0.01, 'learning rate of Adam'),
};

/** Reviews of templates that are held out; the second has the words of the first. */
const TEXTS = [
  'the acting was bad , but the plot was good .',
  'the plot was good , but the acting was bad .',
  'although the acting seemed bad to me , the plot was good .',
  'the plot was not bad at all , but the acting seemed dull to me .',
  'i never found the ending dull , although the music was awful .',
];

await runExample({
  name: 'sentiment',
  title: 'Tells good reviews from bad ones where negation and contrast turn the words around.',
  flags,
  run({ options: { reviews, hidden, wordSize, ...training }, write }) {
    const rng = new Rng(0);
    const seen = synthetic.reviews({ count: reviews, part: 'train', distinct: true, rng });
    const unseen = synthetic.reviews({ count: 2_000, part: 'heldOut', distinct: true, rng });
    const task: Task = { seen, unseen, ...training };

    const vocabularySize = synthetic.REVIEW_WORDS.length;
    const sizes = { inputSize: wordSize, hiddenSize: hidden };
    const words = train('bag of words', () => new Bag({ vocabularySize, pairs: false }), task);
    const pairs = train('bag of words and pairs', () => new Bag({ vocabularySize, pairs: true }), task);
    const rnn = train('RNN', (rng) => new Reader({ vocabularySize, cell: new RNNCell({ ...sizes, rng }), rng }), task);
    const gru = train('GRU', (rng) => new Reader({ vocabularySize, cell: new GRUCell({ ...sizes, rng }), rng }), task);
    const lstm = train(
      'LSTM',
      (rng) => new Reader({ vocabularySize, cell: new LSTMCell({ ...sizes, rng }), rng }),
      task,
    );
    const all = [words, pairs, rnn, gru, lstm];

    const shares = all.map(({ name, accuracy }) => ({ name, value: Math.round(1_000 * accuracy) / 10 }));
    write('accuracy.svg', bars(shares, { title: 'Reviews of unseen templates that are understood', x: '%' }));
    write('kinds.svg', drawKinds(unseen.templates, all, 'The same by the kind of review'));
    for (const { name, judge } of [words, lstm]) {
      const title = `What the ${name} would say after each word: bad below 0, good above`;
      write(`opinions-${name.replaceAll(' ', '-')}.svg`, drawOpinions(judge, TEXTS, title));
    }

    return [
      figure('bag of words', words.accuracy, { format: percent }),
      figure('bag of words and pairs', pairs.accuracy, { format: percent }),
      figure('the most that words without their order allow', synthetic.REVIEWS_BASELINE, { format: percent }),
      figure('RNN', rnn.accuracy, { format: percent }),
      figure('GRU', gru.accuracy, { format: percent }),
      figure('LSTM', lstm.accuracy, { atLeast: 0.97, quick: 0.75, format: percent }),
      figure('LSTM above the bag of words, in points', 100 * (lstm.accuracy - words.accuracy), {
        atLeast: 15,
        quick: 5,
      }),
      figure('change of an opinion by padding', changeByPadding(lstm.judge, unseen.texts.slice(0, 50)), {
        atMost: 1e-6,
        quick: 1e-6,
      }),
    ];
  },
});

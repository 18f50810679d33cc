/** `npm run example pos-tagging`: what each word is in its sentence, for networks that know less and more of the others. */
import { Rng } from '@unroll/core';
import * as synthetic from '@unroll/data/synthetic';
import { bars } from '@unroll/viz';
import { above, figure, notRun, percent, runExample, share, text, whole } from 'example-runner';
import { type Compared, compareTaggers, drawTags } from './compare.js';
import { grammarSentences, sentenceOf } from './sentences.js';
import { readTreebank } from './treebank.js';

const flags = {
  seeds: whole(3, 'trainings of each network', { quick: 1 }),
  sentences: whole(2_000, 'sentences of the built-in grammar to learn from', { quick: 500 }),
  grammarPasses: whole(8, 'how often each of them is read', { quick: 4 }),
  treebankPasses: whole(8, 'how often each sentence of the treebank is read; 0 leaves it out', { quick: 0, least: 0 }),
  data: text(null, 'sentences to learn from, each line a word, a tab and its tag; EWT beside the repository', 'FILE'),
  test: text(null, 'sentences to tag, where --data is given', 'FILE'),
  size: whole(64, 'numbers for a word, and units of every network in each direction'),
  dropout: share(0.3, 'share of both that is left out in training'),
  lr: above(0.01, 'learning rate of Adam'),
};

/** What `that` and `after` are is told by the words after them. */
const OF_THE_GRAMMAR = sentenceOf(
  'that/DET can/NOUN can/AUX light/VERB after/SCONJ that/PRON lights/VERB this/DET light/NOUN ./PUNCT',
);
const OF_THE_LECTURES = sentenceOf(
  'I/PRON am/AUX so/ADV happy/ADJ that/SCONJ we/PRON like/VERB that/DET place/NOUN ./PUNCT',
);

/** On the same sentences of EWT. */
const PUBLISHED = {
  published: '96.9 %, a large transformer and eight times the words',
  source: 'spaCy, en_udv25_englishewt_trf',
};

await runExample({
  name: 'pos-tagging',
  title: 'Tells what each word is in its sentence: from the word alone, from those before it too, and from all.',
  flags,
  run({ options, write }) {
    const { sentences, grammarPasses, treebankPasses, data, test, ...training } = options;
    const treebank = treebankPasses === 0 ? null : readTreebank(data, test);
    const draw = (name: string, taggers: readonly Compared[], sentence: typeof OF_THE_GRAMMAR): void => {
      const all = taggers.map(({ name, accuracy }) => ({ name, value: Math.round(1_000 * accuracy) / 10 }));
      write(`${name}.svg`, bars(all, { title: 'Words with their right tag', x: '%' }));
      write(`${name}-sentence.svg`, drawTags(sentence, taggers, 'A sentence, and what each makes of it'));
    };

    const drawn = grammarSentences(sentences + 1_000, new Rng(1));
    const grammar = { name: 'grammar', train: drawn.slice(0, sentences), test: drawn.slice(sentences) };
    const onGrammar = compareTaggers(grammar, { ...training, passes: grammarPasses, spellings: [false] });
    draw('grammar', onGrammar, OF_THE_GRAMMAR);
    const figures = onGrammar.map(({ name, accuracy }) =>
      figure(`grammar: ${name}`, accuracy, {
        format: percent,
        ...(name === 'BiLSTM' && { atLeast: 0.98, quick: synthetic.TAG_GRAMMAR_BASELINE + 0.05 }),
      }),
    );

    if (treebank === null) {
      const reason = treebankPasses === 0 ? 'left out' : 'needs --data FILE --test FILE';
      return [...figures, notRun('EWT: BiLSTM, words and characters', reason)];
    }
    const onTreebank = compareTaggers(treebank, { ...training, passes: treebankPasses, spellings: [false, true] });
    draw('treebank', onTreebank, OF_THE_LECTURES);
    const baseline = onTreebank[0]?.accuracy ?? Number.NaN;
    const best = onTreebank.at(-1);
    return [
      ...figures,
      ...onTreebank.map((tagger) =>
        figure(`${treebank.name}: ${tagger.name}`, tagger.accuracy, {
          format: percent,
          ...(tagger === best && {
            atLeast: baseline + 0.04,
            ...(treebank.name === 'EWT' && PUBLISHED),
          }),
        }),
      ),
    ];
  },
});

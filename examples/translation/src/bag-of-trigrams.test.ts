import { Rng, randn, Tape } from '@unroll/core';
import { padSequences } from '@unroll/data';
import { SGD } from '@unroll/optim';
import { expect, test } from 'vitest';
import { BagOfTrigrams } from './bag-of-trigrams.js';

const idsOf = (text: string): Int32Array => Int32Array.from([...text], (letter) => '.abcd'.indexOf(letter));
const read = (...texts: string[]) => padSequences(texts.map(idsOf));

test('it knows which trigrams there are, and not where', () => {
  const sources = [idsOf('abcabdab.'), idsOf('dcba.')];
  const bag = new BagOfTrigrams({ sources, writes: 9, targetLength: 12 });
  bag.scores.weight.assign(randn(bag.scores.weight.shape, { rng: new Rng(1) }));
  const [one, swapped, other] = bag.write(read('abcabdab.', 'abdabcab.', 'dcba.'));
  expect(one).toHaveLength(11); // without the end
  expect(swapped).toEqual(one);
  expect(other).not.toEqual(one);
});

test('its loss falls to 0 where trigrams are enough', () => {
  const [source, target] = [read('abc.', 'abd.'), read('ab.', 'cd.')];
  const sources = [idsOf('abc.'), idsOf('abd.')];
  const bag = new BagOfTrigrams({ sources, writes: 5, targetLength: 3 });
  const [optimizer, tape] = [new SGD(bag.parameters(), { lr: 1 }), new Tape()];
  for (let update = 0; update < 100; update++) {
    const loss = tape.record(() => bag.loss(source, target));
    optimizer.zeroGrad();
    tape.backward(loss);
    optimizer.step();
  }
  expect(bag.loss(source, target).item()).toBeLessThan(0.05);
  expect(bag.write(source)).toEqual([Int32Array.of(1, 2), Int32Array.of(3, 4)]);
});

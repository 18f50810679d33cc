/** Trains, and shows how. */
import * as synthetic from '@unroll/data/synthetic';
import { train, UPDATES } from './train.js';

const picture = document.querySelector('svg');
const { width, height } = picture.viewBox.baseVal;
const curve = document.querySelector('.loss');
const rows = document.querySelector('tbody');
const result = document.querySelector('#result');

const HIGHEST = 0.4; // of the picture; the first losses are above it
const heightOf = (loss) => height * (1 - Math.min(loss, HIGHEST) / HIGHEST);

const guessing = document.querySelector('.guessing');
for (const end of ['y1', 'y2']) guessing.setAttribute(end, heightOf(synthetic.ADDING_PROBLEM_BASELINE));

const points = [];

async function show(update, loss) {
  points.push(`${(width * update) / UPDATES},${heightOf(loss)}`);
  if (update % 100 === 0) {
    const row = rows.insertRow();
    row.insertCell().textContent = update;
    row.insertCell().textContent = loss.toFixed(4);
  }
  if (update % 10 > 0) return;
  curve.setAttribute('points', points.join(' '));
  // An update takes a millisecond or two; the page is drawn after every tenth.
  await new Promise((drawn) => setTimeout(drawn));
}

const begin = performance.now();
const error = await train(show);
const seconds = ((performance.now() - begin) / 1000).toFixed(1);
result.value = `The error on 500 unseen sequences is ${error}, reached in ${seconds} s.`;

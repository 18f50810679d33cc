/** The same training in Node: the same digits. */
import { train } from './train.js';

const error = await train((update, loss) => {
  if (update % 100 === 0) console.log(String(update).padStart(6), loss.toFixed(4));
});
console.log(`The error on 500 unseen sequences is ${error}.`);
if (!(error < 0.01)) throw new Error('It should be below 0.01.');

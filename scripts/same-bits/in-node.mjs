/** Runs W2 in the Node that runs this file, and prints what came of it for `check.mjs`. */
import { trainW2 } from './w2.mjs';

console.log(JSON.stringify(await trainW2()));

/** Runs the training in the Node that runs this file, and prints what came of it for `check.mjs`. */
import { train } from './train.mjs';

console.log(JSON.stringify(await train()));

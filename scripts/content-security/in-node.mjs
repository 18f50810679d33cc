/** Runs the probe in the Node that runs this file, and prints what came of it for `check.mjs`. */
import { probe } from './probe.mjs';

console.log(JSON.stringify(await probe()));

/** How a rank ends: with the others where all is well, and otherwise taking them along. */
import { hostname } from 'node:os';
import process from 'node:process';
import { inspect } from 'node:util';
import type { Communicator } from './communicator.js';
import type { World } from './world.js';

/** A launcher that hears of the end may throw away what it has not yet read of the words before. */
const MS_TO_BE_READ = 100;

/** Looks after the end of this process. Without it the others would wait for a rank that is gone. */
export function endTogether(communicator: Communicator, world: World): void {
  const { rank, size } = communicator;
  let uncaught: unknown;
  process.on('uncaughtExceptionMonitor', (error) => {
    if (process.listenerCount('uncaughtException') === 0) uncaught = error;
  });
  process.on('exit', (code) => {
    if (communicator.isOver) return;
    if (code === 0) {
      communicator.finalize();
      return;
    }
    // Node would show the error after this, which is too late.
    const error = uncaught === undefined ? '' : `${inspect(uncaught)}\n`;
    process.stderr.write(
      `${error}Rank ${rank} of ${size} (process ${process.pid} on ${hostname()}) ends with exit code ${code}, and all others with it.\n`,
    );
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, MS_TO_BE_READ);
    world.abort(code);
  });
}

/** The run that this browser keeps, so that it outlives its tab. One tab at a time may write it. */
import { get, set } from 'idb-keyval';
import type { Text } from '../protocol.js';

/** What is kept: a checkpoint, and the text, which a checkpoint does not hold. */
export interface KeptRun {
  readonly text: Text;
  readonly checkpoint: Uint8Array;
}

const KEY = 'unroll-playground';

/** How long a tab that was just closed may need to let go, in milliseconds. */
const PATIENCE = 2000;

/** Becomes true when this tab is the one that writes, or false when another is. */
const isOurs: Promise<boolean> = new Promise((resolve) => {
  navigator.locks
    .request(KEY, { signal: AbortSignal.timeout(PATIENCE) }, () => {
      resolve(true);
      return new Promise(() => {}); // held until the tab is closed
    })
    .catch(() => resolve(false));
});

/** What the last visit left; undefined where there is nothing. */
export function keptRun(): Promise<KeptRun | undefined> {
  return get<KeptRun>(KEY);
}

/** Answers null, or says why the run could not be kept. Of two calls the later one holds. */
export async function keepRun(run: KeptRun): Promise<string | null> {
  if (!(await isOurs)) return 'Not saved: another tab has the playground open.';
  try {
    await set(KEY, run);
    return null;
  } catch (error) {
    return `Not saved: the browser refuses (${error instanceof Error ? error.message : String(error)}).`;
  }
}

/** A loop that shows its progress. */
import { progress } from './progress.js';

/** Counts from 0 to below `steps`, and shows how far it is. */
export interface Track extends Iterable<number> {
  /** What is said with the steps from now on. */
  note(text: string): void;
}

/**
 * A loop that shows its progress.
 *
 *     const bar = track('LSTM', 2000);
 *     for (const step of bar) bar.note(`loss ${train(step).toFixed(3)}`);
 */
export function track(label: string, steps: number): Track {
  let latest = '';
  return {
    note: (text) => {
      latest = text;
    },
    *[Symbol.iterator]() {
      const shown = progress({ label, steps });
      try {
        for (let step = 0; step < steps; step += 1) {
          yield step;
          shown.show(step + 1, latest);
        }
      } finally {
        shown.stop(); // also where the loop is left early
      }
    },
  };
}

/** What is seen while a model trains: a bar in a terminal, a plain line now and then anywhere else. */
import cliProgress from 'cli-progress';

/** Counts from 0 to below `steps`, and shows how far it is. */
export interface Track extends Iterable<number> {
  /** What stands beside the bar from now on. */
  note(text: string): void;
}

/** Lines in all, where there is no terminal. */
const LINES = 5;

/**
 * A loop that shows its progress.
 *
 *     const bar = track('LSTM', 2000);
 *     for (const step of bar) bar.note(`loss ${train(step).toFixed(3)}`);
 */
export function track(label: string, steps: number): Track {
  return process.stdout.isTTY === true ? bar(label, steps) : lines(label, steps);
}

function bar(label: string, steps: number): Track {
  const shown = new cliProgress.SingleBar(
    {
      format: '{bar} {label} {value}/{total} · {eta_formatted} left · {note}',
      barsize: 16,
      hideCursor: true,
      stream: process.stdout,
      etaBuffer: 50,
    },
    cliProgress.Presets.shades_classic,
  );
  return {
    note: (note) => shown.update({ note }),
    *[Symbol.iterator]() {
      shown.start(steps, 0, { label, note: '' });
      try {
        for (let step = 0; step < steps; step += 1) {
          yield step;
          shown.increment();
        }
      } finally {
        shown.stop(); // also where the loop is left early
      }
    },
  };
}

function lines(label: string, steps: number): Track {
  const every = Math.ceil(steps / LINES);
  let latest = '';
  return {
    note: (text) => {
      latest = text;
    },
    *[Symbol.iterator]() {
      for (let step = 0; step < steps; step += 1) {
        yield step;
        if ((step + 1) % every === 0 || step + 1 === steps) console.log(`${label} ${step + 1}/${steps} · ${latest}`);
      }
    },
  };
}

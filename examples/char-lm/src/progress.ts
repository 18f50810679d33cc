/** What is seen while it trains: a bar in a terminal, a plain line now and then anywhere else. */
import cliProgress from 'cli-progress';
import type { Step } from './train.js';

export interface Progress {
  show(step: Step): void;
  /** Ends the bar, and leaves the terminal as it was. */
  stop(): void;
}

interface Task {
  /** Updates of earlier runs. */
  readonly done: number;
  /** Updates in all. */
  readonly windows: number;
  readonly charactersPerWindow: number;
}

/** Lines in all, where there is no terminal. */
const LINES = 20;

export function progress(task: Task, isTerminal: boolean): Progress {
  return isTerminal ? bar(task) : lines(task);
}

function bar(task: Task): Progress {
  const shown = new cliProgress.SingleBar(
    {
      format: '{bar} {value}/{total} · {figures}',
      barsize: 16,
      hideCursor: true,
      gracefulExit: false, // Ctrl-C is main's business
      stream: process.stdout,
    },
    cliProgress.Presets.shades_classic,
  );
  shown.start(task.windows, task.done, { figures: 'the first update' });
  const stop = (): void => shown.stop();
  process.once('exit', stop); // the cursor comes back even after a second Ctrl-C
  const figures = describer(task);
  return {
    show: (step) => shown.update(step.window, { figures: figures(step) }),
    stop: () => {
      process.off('exit', stop);
      stop();
    },
  };
}

function lines(task: Task): Progress {
  const every = Math.ceil(task.windows / LINES);
  const figures = describer(task);
  return {
    show: (step) => {
      const text = figures(step);
      if (step.window % every === 0 || step.window === task.windows) {
        console.log(`window ${step.window}/${task.windows} · ${text}`);
      }
    },
    stop: () => {},
  };
}

/** Puts the figures of a step in words. The clock runs from now on. */
function describer({ done, windows, charactersPerWindow }: Task): (step: Step) => string {
  const begin = performance.now();
  return ({ window, bits, norm }) => {
    const perWindow = (performance.now() - begin) / 1000 / (window - done);
    return [
      `${bits.toFixed(3)} bits/char`,
      `gradient ${norm.toPrecision(3)}`,
      `${Math.round(charactersPerWindow / perWindow).toLocaleString('en')} chars/s`,
      `${duration((windows - window) * perWindow)} left`,
    ].join(' · ');
  };
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

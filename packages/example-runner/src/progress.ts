/** What is seen while a model trains: a bar in a terminal, a plain line now and then anywhere else. */
import cliProgress from 'cli-progress';

export interface Progress {
  /** So many steps are done, and this is how it goes. */
  show(step: number, note: string): void;
  /** Ends the bar, and leaves the terminal as it was. */
  stop(): void;
}

/** What is watched. */
export interface Task {
  /** What a step is, or what takes the steps. */
  readonly label: string;
  /** Steps in all. */
  readonly steps: number;
  /** Steps of earlier runs; none unless given. */
  readonly done?: number;
  /** Lines in all, where there is no terminal; 5 unless given. */
  readonly lines?: number;
  /** Lines even where there seems to be a terminal: Open MPI gives its processes one, and may write into a file. */
  readonly plain?: boolean;
}

/** Shows how far a task is, and what time is left. The clock runs from now on. */
export function progress({ label, steps, done = 0, lines = 5, plain = false }: Task): Progress {
  const begin = performance.now();
  const describe = (step: number, note: string): string => {
    const perStep = (performance.now() - begin) / 1000 / (step - done);
    return [note, `${duration((steps - step) * perStep)} left`].filter((part) => part !== '').join(' · ');
  };
  const isBar = process.stdout.isTTY === true && !plain;
  return isBar ? bar(label, steps, done, describe) : linesFor(label, steps, lines, describe);
}

type Describer = (step: number, note: string) => string;

function bar(label: string, steps: number, done: number, describe: Describer): Progress {
  const shown = new cliProgress.SingleBar(
    {
      format: '{bar} {label} {value}/{total} · {figures}',
      barsize: 16,
      hideCursor: true,
      gracefulExit: process.listenerCount('SIGINT') === 0, // else Ctrl-C is the program's business
      stream: process.stdout,
    },
    cliProgress.Presets.shades_classic,
  );
  shown.start(steps, done, { label, figures: 'the first step' });
  const stop = (): void => shown.stop();
  process.once('exit', stop); // the cursor comes back however the program ends
  return {
    show: (step, note) => shown.update(step, { figures: describe(step, note) }),
    stop: () => {
      process.off('exit', stop);
      stop();
    },
  };
}

function linesFor(label: string, steps: number, lines: number, describe: Describer): Progress {
  const every = Math.ceil(steps / lines);
  return {
    show: (step, note) => {
      if (step % every === 0 || step === steps) console.log(`${label} ${step}/${steps} · ${describe(step, note)}`);
    },
    stop: () => {},
  };
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

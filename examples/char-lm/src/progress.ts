/** What is seen while it trains. */
import { type Progress, progress } from 'example-runner';
import type { Step } from './train.js';

interface Task {
  /** Updates of earlier runs. */
  readonly done: number;
  /** Updates in all. */
  readonly windows: number;
  readonly charactersPerWindow: number;
  /** Lines even where there seems to be a terminal. */
  readonly plain?: boolean;
}

/** Shows each update with its figures. */
export interface WindowProgress extends Pick<Progress, 'stop'> {
  show(step: Step): void;
}

export function windowProgress({ done, windows, charactersPerWindow, plain = false }: Task): WindowProgress {
  const begin = performance.now();
  const shown = progress({ label: 'window', steps: windows, done, lines: 20, plain });
  return {
    show: ({ window, bits, norm }) => {
      const perSecond = (charactersPerWindow * (window - done) * 1000) / (performance.now() - begin);
      const speed = Math.round(perSecond).toLocaleString('en');
      shown.show(window, `${bits.toFixed(3)} bits/char · gradient ${norm.toPrecision(3)} · ${speed} chars/s`);
    },
    stop: () => shown.stop(),
  };
}

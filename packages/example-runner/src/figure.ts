/** A number that an example reaches, and what it promises to reach. */
export interface Figure {
  readonly name: string;
  /** Undefined where `reason` says why it could not be had. */
  readonly value?: number;
  /** Why there is no value: a file of data that is not there. */
  readonly reason?: string;
  /** How the value is written. */
  readonly format: (value: number) => string;
  /** Undefined for a figure that is only reported. */
  readonly bound?: Bound;
  /** What somebody else reached, in their words. */
  readonly published?: string;
  /** Where that is written. */
  readonly source?: string;
}

interface Bound {
  readonly side: 'at least' | 'at most';
  readonly value: number;
  /** What few steps must reach; undefined: they promise nothing. */
  readonly quick?: number;
}

interface Expectation {
  readonly atLeast?: number;
  readonly atMost?: number;
  /** In the place of the bound in a quick run, which otherwise promises nothing. */
  readonly quick?: number;
  readonly format?: (value: number) => string;
  readonly published?: string;
  readonly source?: string;
}

/** A figure with its promise: `figure('accuracy', 0.97, { atLeast: 0.95, quick: 0.4, format: percent })`. */
export function figure(name: string, value: number, expectation: Expectation = {}): Figure {
  const { atLeast, atMost, quick, format = fourDigits, ...origin } = expectation;
  const [side, limit] = atLeast === undefined ? (['at most', atMost] as const) : (['at least', atLeast] as const);
  if (limit === undefined) return { name, value, format, ...origin };
  const bound = { side, value: limit, ...(quick !== undefined && { quick }) };
  return { name, value, format, bound, ...origin };
}

/** A figure that needs what is not there. */
export function notRun(name: string, reason: string): Figure {
  return { name, reason, format: fourDigits };
}

/** 0.9712 is 97.1 %. */
export function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function fourDigits(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** How a figure stands to its promise. NaN keeps none. */
export interface Verdict {
  /** The value, or "not run". */
  readonly reached: string;
  /** "≥ 95.0 %"; empty where nothing is promised. */
  readonly promised: string;
  readonly kept: boolean;
}

/** Holds a figure against what a full or a quick run promises. */
export function judge({ value, format, bound }: Figure, quick: boolean): Verdict {
  if (value === undefined) return { reached: 'not run', promised: '', kept: true };
  const reached = format(value);
  const limit = quick ? bound?.quick : bound?.value;
  if (bound === undefined || limit === undefined) return { reached, promised: '', kept: true };
  const [sign, kept] = bound.side === 'at least' ? ['≥', value >= limit] : ['≤', value <= limit];
  return { reached, promised: `${sign} ${format(limit)}`, kept };
}

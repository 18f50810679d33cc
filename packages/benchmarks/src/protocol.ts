/** What the driver and a contender say to each other: one line of JSON each way, so that contenders can take turns. */

/** The contender's first line. */
export interface Greeting {
  readonly version: string;
}

/** "Take `samples` samples of a workload": each the mean time of `repeats` runs. */
export interface Request {
  readonly workload: string;
  readonly samples: number;
  readonly repeats: number;
}

export interface Reply {
  readonly ms: readonly number[];
  /** Of every run of a training workload. */
  readonly losses: readonly number[];
  /** The largest resident memory of the process so far. */
  readonly peakMb: number;
}

/** In the place of a reply. */
export interface Failure {
  readonly error: string;
}

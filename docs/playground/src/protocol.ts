/** What the page and its worker say to each other. */
import type { Curve, Options, Point } from 'example-char-lm';

/** A text and where it is, as `--text` says it. */
export interface Text {
  readonly name: string;
  readonly contents: string;
}

/** From the page to the worker. */
export type Request =
  /** The run that an earlier visit left: the answer is `run` or `none`. */
  | { readonly type: 'restore' }
  | { readonly type: 'begin'; readonly text: Text; readonly options: Options }
  /** Goes on training, from where the run is. */
  | { readonly type: 'train'; readonly windows: number; readonly temperature: number }
  | { readonly type: 'pause' }
  /** Saves the run now: the page may go away. */
  | { readonly type: 'keep' }
  /** Wants a checkpoint: the answer is `file`. */
  | { readonly type: 'file' }
  /** A checkpoint to go on from, and the texts that may be its own. */
  | { readonly type: 'load'; readonly name: string; readonly bytes: Uint8Array; readonly texts: readonly Text[] };

/** From the worker to the page. */
export type Answer =
  | { readonly type: 'run'; readonly run: RunSummary }
  | { readonly type: 'none' }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'look'; readonly look: Look }
  /** The training has ended or paused; `sha256` is that of its parameters. */
  | { readonly type: 'stopped'; readonly sha256: string }
  | { readonly type: 'file'; readonly bytes: Uint8Array }
  /** Something that a person can mend, beside what has to be mended. */
  | { readonly type: 'refused'; readonly where: Place; readonly sentence: string }
  /** Something went wrong on the way; the run, if there is one, is as it was after its last window. */
  | { readonly type: 'failed'; readonly sentence: string }
  /** The run as it was after `windows` is saved in this browser; or `problem` says why not. */
  | { readonly type: 'kept'; readonly windows: number; readonly problem: string | null };

/** Where the page shows a sentence about what it was given. */
export type Place = 'text' | 'file' | 'saved';

/** A run that was begun, loaded or restored. */
export interface RunSummary {
  readonly from: 'begin' | 'file' | 'saved';
  readonly options: Options;
  readonly text: Text;
  readonly distinctCharacters: number;
  readonly parameters: number;
  readonly windows: number;
  readonly curve: Curve;
  readonly sha256: string;
}

/** What training has come to since the last report. */
export interface Progress {
  readonly windows: number;
  /** Bits per character of each window since. */
  readonly bits: readonly number[];
  /** All of the validation so far. */
  readonly validation: readonly Point[];
  /** Norm of the last gradient before clipping. */
  readonly norm: number;
  readonly charactersPerSecond: number;
}

/** A look into the model. */
export interface Look {
  readonly windows: number;
  /** What the model writes. */
  readonly sample: string;
  /** A part of the text that is never learnt from. */
  readonly passage: string;
  /** What every unit does along the passage. */
  readonly traces: readonly Trace[];
  /** How far the gradient of one prediction reaches back. */
  readonly flow: readonly Flow[];
}

/** One tensor of the state after every character, `values[t · units + unit]`. */
export interface Trace {
  readonly name: string;
  readonly units: number;
  readonly values: Float32Array;
}

/** Norms of the gradient of the last prediction's loss by one tensor of the state; the last is the nearest. */
export interface Flow {
  readonly name: string;
  readonly norms: readonly number[];
}

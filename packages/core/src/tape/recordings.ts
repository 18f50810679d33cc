/** The recordings in existence: which are held by tapes, which wait to be used again. */
import { Recording } from './recording.js';

/** So many may be held before the oldest that has been walked backwards is given up. */
const HELD = 8;
/** And so many before the oldest is given up in any case: a loop of `new Tape()` that never walks back. */
const HELD_AT_MOST = 64;

/** Held recordings, oldest first. */
const held: Recording[] = [];
/** Recordings that were given up, with their memory, for whoever comes next. */
const idle: Recording[] = [];

/** A recording to write into. It is the caller's until {@link giveUp}, or until too many are held. */
export function acquire(): Recording {
  const recording = oldestToGiveUp() ?? idle.pop() ?? new Recording();
  recording.restart();
  held.push(recording);
  return recording;
}

function oldestToGiveUp(): Recording | undefined {
  if (held.length < HELD) return undefined;
  let index = held.findIndex((recording) => recording.walked);
  if (index < 0 && held.length >= HELD_AT_MOST) index = 0;
  return index < 0 ? undefined : held.splice(index, 1)[0];
}

/** Marks a recording as the newest. */
export function renew(recording: Recording): void {
  held.splice(held.indexOf(recording), 1);
  held.push(recording);
}

/** Ends a recording that nobody needs any more. */
export function giveUp(recording: Recording): void {
  held.splice(held.indexOf(recording), 1);
  recording.restart();
  idle.push(recording);
}

/** A recording for a segment of another. It is the caller's until {@link returnSegment}. */
export function borrowSegment(): Recording {
  return idle.pop() ?? new Recording();
}

export function returnSegment(segment: Recording): void {
  segment.restart();
  idle.push(segment);
}

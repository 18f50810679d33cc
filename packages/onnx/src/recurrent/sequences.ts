/** Sequences, and which of their steps are real, as the graph of a file has them. */
import type { Writer } from '../program/writer.js';
import { ELEMENT_TYPES } from '../proto/messages.js';
import { int } from '../proto/parts.js';
import { nameOf } from '../recording/trace.js';
import type { RunStep } from '../recording/traced.js';

/** For messages. */
export const userOf = ({ cell }: RunStep): string => `a run of ${nameOf(cell)}`;

/** Truth in the place of the 1 and 0 of a mask, `[N, T]`. */
export function realSteps(mask: number, step: RunStep, writer: Writer): string {
  return writer.graph.node('Cast', [writer.nameOf(mask, `the mask of ${userOf(step)}`)], {
    to: int(ELEMENT_TYPES.bool),
  });
}

/** All steps of a cell over time: an operator of ONNX where there is one, else a loop over its step. */
import type { Value } from '../program/program.js';
import type { Writer } from '../program/writer.js';
import type { RunStep } from '../recording/traced.js';
import { writeOperator } from './write-operator.js';
import { writeScan } from './write-scan.js';

export function writeRun(step: RunStep, writer: Writer): void {
  const lengths = step.mask === null ? null : lengthsOf(writer.value(step.mask));
  // ONNX's operators have lengths, and no other masks.
  if (step.known === null || (step.mask !== null && lengths === null)) writeScan(step, writer);
  else writeOperator(step, step.known, lengths, writer);
}

/** The input that says how long sequences are, where a mask is made of it. */
function lengthsOf({ source }: Value): string | null {
  return source.kind === 'derived' && source.derivation.kind === 'mask' ? source.derivation.lengths : null;
}

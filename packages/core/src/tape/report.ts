/** What a recording holds, counted. */
import { bytesPerElement } from '../tensor/storage.js';
import type { Tensor } from '../tensor/tensor.js';
import { Parameter, Variable } from '../tensor/variable.js';
import type { DeferredProductsReport, OpRecord, Recording } from './recording.js';

/** Records of one kind. */
export interface RecordCount {
  readonly records: number;
  /** Of their results in the recording's memory. Views have none of their own there, and parameters have theirs elsewhere. */
  readonly bytes: number;
}

/** What `tape.report()` answers: plain data. {@link formatReport} makes a table of it. */
export interface TapeReport {
  /** Operations, parameters and inputs together. */
  readonly records: number;
  /** By the name of the operation, in the order of first use. */
  readonly operations: Readonly<Record<string, RecordCount>>;
  readonly parameters: RecordCount;
  /** Whatever else came in from outside. */
  readonly inputs: RecordCount;
  /** Of the last `backward` or `gradient`; null before the first. */
  readonly deferredProducts: DeferredProductsReport | null;
  /** The recording's kernel memory, used or kept for the next one. */
  readonly arenaBytes: number;
}

/** Counts the records of a recording. */
export function reportOf(recording: Recording): TapeReport {
  const { records, count, deferredProducts, arena } = recording;
  const operations = new Map<string, RecordCount>();
  let [parameters, inputs]: readonly [RecordCount, RecordCount] = [NONE, NONE];
  for (let node = 0; node < count; node++) {
    const { op, output } = records[node] as OpRecord;
    const { size, dtype, base } = output as Tensor;
    const bytes = base === null && !(output instanceof Variable) ? size * bytesPerElement(dtype) : 0;
    if (op !== null) operations.set(op.name, withOne(operations.get(op.name) ?? NONE, bytes));
    else if (output instanceof Parameter) parameters = withOne(parameters, bytes);
    else inputs = withOne(inputs, bytes);
  }
  return {
    records: count,
    operations: Object.fromEntries(operations),
    parameters,
    inputs,
    deferredProducts,
    arenaBytes: arena.bytes,
  };
}

const NONE: RecordCount = { records: 0, bytes: 0 };

function withOne({ records, bytes }: RecordCount, more: number): RecordCount {
  return { records: records + 1, bytes: bytes + more };
}

/** `1,234,567`. */
const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/**
 * A table of what `tape.report()` answers: the operations with the most bytes first, and below them what the last walk
 * backwards deferred.
 *
 * @example
 * ```ts
 * import { formatReport, mul, Parameter, Tape, tensor } from '@unroll/core';
 * const w = new Parameter(tensor([1, 2]));
 * const tape = new Tape();
 * tape.record(() => mul(w, w));
 * formatReport(tape.report()).split('\n')[0]; // 'recording   records  bytes'
 * ```
 */
export function formatReport(report: TapeReport): string {
  const { records, operations, parameters, inputs, deferredProducts, arenaBytes } = report;
  const sorted = Object.entries(operations).sort(([, a], [, b]) => b.bytes - a.bytes || b.records - a.records);
  const counted: [string, RecordCount][] = [...sorted, ['parameters', parameters], ['inputs', inputs]];
  const bytes = counted.reduce((total, [, count]) => total + count.bytes, 0);
  const rowOf = ([name, count]: readonly [string, RecordCount]) => [name, grouped(count.records), grouped(count.bytes)];
  const head = ['recording', 'records', 'bytes'];
  const totals = [rowOf(['total', { records, bytes }]), ['arena', '', grouped(arenaBytes)]];
  const rows = counted.map(rowOf);
  const widths = [0, 1, 2].map((column) =>
    Math.max(...[head, ...rows, ...totals].map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  const rule = '-'.repeat(line(head).length);
  const lines = [line(head), rule, ...rows.map(line), rule, ...totals.map(line)];
  if (deferredProducts !== null) {
    const { deferred, rows: height, products } = deferredProducts;
    lines.push(
      `${grouped(deferred)} deferred weight gradients, ${grouped(height)} rows, in ${grouped(products)} products`,
    );
  }
  return lines.join('\n');
}

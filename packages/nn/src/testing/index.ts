/**
 * Checks for whoever writes cells of their own.
 *
 * @packageDocumentation
 */
export type { CellCase } from './case.js';
export { ConformanceError } from './compare.js';
export { type DescribeCellOptions, describeCell } from './describe-cell.js';
export type { PlainParameters, PlainState, PlainStep, Restatement } from './restatement.js';
export type { CreateCell } from './setting.js';

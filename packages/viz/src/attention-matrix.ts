/** Where an attention looks. */
import { checkOptions, PictureError } from './errors.js';
import { drawHeatMap } from './heat-map.js';

/** Options of {@link attentionMatrix}. */
export interface AttentionMatrixOptions {
  readonly title?: string;
  /** What is looked at: a token for each column. */
  readonly source: readonly string[];
  /** What was being made: a token for each row. */
  readonly target: readonly string[];
}

/**
 * Where an attention looks: a row for each target token, in it the weights of all source tokens.
 *
 * Full colour is the greatest weight; a weight that is not finite is crossed out.
 *
 * Shapes: weights `[target][source]`.
 * Errors: `PictureError` for no weights, weights below 0, tokens that are not as many as rows or columns, and unknown options.
 * @source D. Bahdanau, K. Cho, Y. Bengio, "Neural Machine Translation by Jointly Learning to Align and Translate",
 * arXiv:1409.0473, figure 3
 *
 * @example
 * ```ts
 * import { attentionMatrix } from '@unroll/viz';
 * const weights = [[0.8, 0.2], [0.1, 0.9]];
 * const svg = attentionMatrix(weights, { source: ['May', '9'], target: ['05', '09'] });
 * svg.startsWith('<svg'); // true
 * ```
 */
export function attentionMatrix(weights: readonly (readonly number[])[], options: AttentionMatrixOptions): string {
  const op = 'attentionMatrix';
  checkOptions(op, options, ['title', 'source', 'target']);
  const { source, target, ...rest } = options;
  checkWeights(op, weights, source, target);
  return drawHeatMap(op, weights, { ...rest, rows: target, columns: source, x: 'source', y: 'target' });
}

function checkWeights(
  op: string,
  weights: readonly (readonly number[])[],
  source: readonly string[],
  target: readonly string[],
): void {
  const rows = weights.length;
  const columns = weights[0]?.length ?? 0;
  if (rows !== target.length || columns !== source.length) {
    throw new PictureError({
      op,
      what: `the weights have ${rows} rows and ${columns} columns for ${target.length} target and ${source.length} source tokens`,
      rule: 'weights[i][j] is how much target i looks at source j',
      mend: 'Transpose the weights, or correct the tokens',
    });
  }
  const below = weights.flat().find((weight) => weight < 0);
  if (below === undefined) return;
  throw new PictureError({
    op,
    what: `a weight is ${below}`,
    rule: 'weights of an attention are at least 0',
    mend: 'Pass them after the softmax, or draw scores by heatMap',
  });
}

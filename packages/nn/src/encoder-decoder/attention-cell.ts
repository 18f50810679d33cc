/** A cell that looks into a memory in every step. */
import {
  checkOptions,
  concat,
  type DataType,
  linear,
  Parameter,
  type Rng,
  ShapeError,
  Tensor,
  type TensorLike,
  type TensorTree,
  tanh,
  toFloat,
  ValueError,
  zeros,
} from '@unroll/core';
import type { Attention } from '../attention/attention.js';
import { xavierUniform } from '../init.js';
import { Module } from '../module.js';
import { type Cell, type CellStep, checkInput, inRun, projectionOf } from '../recurrent/cell.js';
import type { Lengths, StepMask } from '../recurrent/lengths.js';
import { roomFor, stateOf } from './context-cell.js';
import type { ConditionedCell } from './encoded.js';

/** Whether a step looks first and then moves on (Bahdanau), or moves on and then looks (Luong). */
export type AttentionOrder = 'bahdanau' | 'luong';

/** Options of {@link AttentionCell}. */
export interface AttentionCellOptions<Inner extends TensorTree, Prepared extends TensorTree> {
  /** Any cell. It takes the input and, behind it, what is fed in: the context, or the attentional vector. */
  readonly cell: Cell<Inner>;
  readonly attention: Attention<Prepared>;
  /** `'luong'` unless something else is said. */
  readonly order?: AttentionOrder | undefined;
  /** In the order of Luong, whether the attentional vector is fed into the next step. True unless said otherwise. */
  readonly inputFeeding?: boolean | undefined;
  /** In the order of Bahdanau, what of the cell's state asks: h unless given, in a stack that of the last cell. */
  readonly query?: ((state: Inner) => Tensor) | undefined;
  /** Draws the initial weights; `defaultRng()` unless given. */
  readonly rng?: Rng | undefined;
  /** Of the parameters: `'float32'` unless something else is said. */
  readonly dtype?: DataType | undefined;
}

/** The state of an {@link AttentionCell}. */
export type AttentionState<Inner extends TensorTree, Prepared extends TensorTree> = {
  readonly cell: Inner;
  /** What the next step is fed, h̃ `[N, H]`; null where nothing is carried. */
  readonly attentional: Tensor | null;
  /** How the last step looked, `[N, T]`; zeros before the first. */
  readonly weights: Tensor;
  readonly memory: Prepared;
};

/** What an {@link AttentionCell} looks into: what an `Encoder` returns, or any `[N, T, M]`. */
export interface AttentionMemory {
  readonly outputs: TensorLike;
  readonly lengths?: Lengths | undefined;
  readonly mask?: StepMask | null | undefined;
}

/**
 * Any cell with any attention. In the order of Luong a step moves on, looks, and puts out the attentional vector h̃,
 * which is fed into the next step; in that of Bahdanau it looks, with its state of before, and then moves on:
 *
 * ```text
 * luong:     o, s' = cell([x; h̃], s)    c = attend(o)           h̃' = tanh(W·[c; o])    output h̃'
 * bahdanau:  c = attend(s)              o, s' = cell([x; c], s)                        output [o; c]
 * ```
 *
 * The memory is part of the state, which begins with `begin`. So are the weights of the last step: `attentionWeights`
 * gathers them over time, to be drawn. A stack of cells, and wrappers, go inside.
 *
 * Shapes: x `[N, D]` → output `[N, H]` (luong, with the cell's H) or `[N, H + C]` (bahdanau). The cell's inputSize is
 * D + H (luong; D without input feeding) or D + C; the attention's querySize is H (luong). weightContext W
 * `[H, C + H]`, null in the order of Bahdanau.
 * Errors: `ShapeError` for sizes, inputs, memories or states that do not fit; `ValueError` for unknown or bad options,
 * for options of the other order, and for a run without a memory.
 * Differs: Bahdanau et al. put out a maxout layer over s, c and the last word.
 * @source M.-T. Luong, H. Pham, C. D. Manning, "Effective approaches to attention-based neural machine translation",
 * EMNLP 2015, equation 5 and section 3.3; D. Bahdanau, K. Cho, Y. Bengio, "Neural machine translation by jointly
 * learning to align and translate", ICLR 2015, equations 4 and 5
 *
 * @example
 * ```ts
 * import { randn } from '@unroll/core';
 * import { AttentionCell, GeneralAttention, LSTMCell, unroll } from '@unroll/nn';
 * const cell = new AttentionCell({
 *   cell: new LSTMCell({ inputSize: 3 + 5, hiddenSize: 5 }),
 *   attention: new GeneralAttention({ querySize: 5, memorySize: 4 }),
 * });
 * const memory = { outputs: randn([2, 6, 4]), lengths: [6, 2] };
 * const { outputs, finalState } = unroll(cell, randn([2, 7, 3]), { initialState: cell.begin(memory) });
 * outputs.shape; // [2, 7, 5]
 * finalState.weights.shape; // [2, 6]
 * ```
 */
export class AttentionCell<Inner extends TensorTree, Prepared extends TensorTree>
  extends Module
  implements ConditionedCell<AttentionState<Inner, Prepared>, Inner>
{
  readonly cell: Cell<Inner>;
  readonly attention: Attention<Prepared>;
  readonly order: AttentionOrder;
  readonly inputFeeding: boolean;
  readonly inputSize: number;
  readonly outputSize: number;
  /** W of the attentional vector; null in the order of Bahdanau. */
  readonly weightContext: Parameter | null;
  /** As the cell's, where nothing is fed in. */
  readonly project?: (x: Tensor) => Tensor;
  /** There when {@link AttentionCell.project} is. */
  readonly stepProjected?: (
    p: Tensor,
    state: AttentionState<Inner, Prepared>,
  ) => CellStep<AttentionState<Inner, Prepared>>;
  readonly #query: (state: Inner) => Tensor;

  constructor(options: AttentionCellOptions<Inner, Prepared>) {
    super();
    const op = 'new AttentionCell';
    checkOptions(op, options, ['cell', 'attention', 'order', 'inputFeeding', 'query', 'rng', 'dtype']);
    checkOrder(op, options);
    const { cell, attention, order = 'luong', query = hiddenOf, rng, dtype } = options;
    const { contextSize: C } = attention;
    const { outputSize: H } = cell;
    this.cell = cell;
    this.attention = attention;
    this.order = order;
    this.#query = query;
    if (order === 'bahdanau') {
      this.inputFeeding = false;
      this.inputSize = roomFor(op, cell, C, 'the context');
      this.outputSize = H + C;
      this.weightContext = null;
      return;
    }
    checkQuerySize(op, attention.querySize, H);
    this.inputFeeding = options.inputFeeding ?? true;
    this.inputSize = this.inputFeeding ? roomFor(op, cell, H, 'the attentional vector') : cell.inputSize;
    this.outputSize = H;
    this.weightContext = new Parameter(xavierUniform([H, C + H], { rng, dtype }));
    const inner = this.inputFeeding ? null : projectionOf(cell);
    if (inner !== null) {
      this.project = inner.project;
      this.stepProjected = (p, state) => this.#moveAndLook(state, (own) => inner.stepProjected(p, own));
    }
  }

  /** The state before the first step: with a memory, and the cell's own initial state unless another is given. */
  begin({ outputs, lengths, mask }: AttentionMemory, initialState?: Inner): AttentionState<Inner, Prepared> {
    const op = 'AttentionCell.begin';
    const t = toFloat(op, outputs, 'outputs');
    const memory = this.attention.prepare(t, { lengths, mask: mask ?? undefined });
    const [batch, places] = t.shape as readonly [number, number];
    const { dtype } = t;
    return {
      cell: stateOf(op, this.cell, batch, initialState),
      attentional: this.inputFeeding ? zeros([batch, this.cell.outputSize], { dtype }) : null,
      weights: zeros([batch, places], { dtype }),
      memory,
    };
  }

  /** Errors: `ValueError` always, since there is no memory. */
  initialState(_batch: number): AttentionState<Inner, Prepared> {
    throw new ValueError({
      op: 'AttentionCell',
      what: 'there is no memory to look into',
      rule: 'its state begins with one',
      mend: 'Pass { initialState: cell.begin({ outputs: memory }) }',
    });
  }

  step(x: Tensor, state: AttentionState<Inner, Prepared>): CellStep<AttentionState<Inner, Prepared>> {
    const input = checkInput('AttentionCell', x, this.inputSize);
    if (this.order === 'bahdanau') return this.#lookAndMove(input, state);
    const fed = state.attentional === null ? input : concat([input, state.attentional], 1);
    return this.#moveAndLook(state, (own) => this.cell.step(fed, own));
  }

  inRun<T>(fn: () => T): T {
    return inRun(this.cell, fn);
  }

  #lookAndMove(
    input: Tensor,
    { cell, memory }: AttentionState<Inner, Prepared>,
  ): CellStep<AttentionState<Inner, Prepared>> {
    const { context, weights } = this.attention.attend(this.#query(cell), memory);
    const next = this.cell.step(concat([input, context], 1), cell);
    const output = concat([next.output, context], 1);
    return { output, state: { cell: next.state, attentional: null, weights, memory } };
  }

  #moveAndLook(
    { cell, memory }: AttentionState<Inner, Prepared>,
    move: (own: Inner) => CellStep<Inner>,
  ): CellStep<AttentionState<Inner, Prepared>> {
    const next = move(cell);
    const { context, weights } = this.attention.attend(next.output, memory);
    const output = tanh(linear(concat([context, next.output], 1), this.weightContext as Tensor));
    const attentional = this.inputFeeding ? output : null;
    return { output, state: { cell: next.state, attentional, weights, memory } };
  }
}

/** The hidden state h of a built-in cell, also inside of a wrapper; in a stack that of the last cell. */
function hiddenOf(state: TensorTree): Tensor {
  let part: unknown = state;
  while (!(part instanceof Tensor)) {
    if (Array.isArray(part)) part = part.at(-1);
    else if (typeof part === 'object' && part !== null && 'h' in part) part = part.h;
    else if (typeof part === 'object' && part !== null && 'cell' in part) part = part.cell;
    else {
      throw new ValueError({
        op: 'AttentionCell',
        what: 'the state of the cell has no h, with which it could ask',
        rule: 'in the order of Bahdanau a part of the state is the query',
        mend: 'Say which: { query: (state) => … }',
      });
    }
  }
  return part;
}

/** What {@link checkOrder} reads. */
type OrderOptions = { readonly [Name in 'order' | 'inputFeeding' | 'query']?: unknown };

function checkOrder(op: string, { order = 'luong', inputFeeding, query }: OrderOptions): void {
  const complain = (what: string, rule: string): ValueError => {
    return new ValueError({ op, what, rule, mend: 'Correct order, or leave the option out' });
  };
  if (order !== 'luong' && order !== 'bahdanau') {
    throw complain(`order is '${String(order)}'`, "the orders are 'luong' and 'bahdanau'");
  }
  if (order === 'luong' && query !== undefined) {
    throw complain('there is a query', "with order 'luong' the cell's output asks");
  }
  if (order === 'bahdanau' && inputFeeding !== undefined) {
    throw complain('there is inputFeeding', "with order 'bahdanau' the context is always fed in");
  }
}

function checkQuerySize(op: string, querySize: number, size: number): void {
  if (querySize === size) return;
  throw new ShapeError({
    op,
    what: `the attention's querySize is ${querySize}`,
    rule: `the cell's output asks, and its size is ${size}`,
    mend: 'Correct one of them',
  });
}

/** Kernel memory for a test, cut into grids in any layout with untouchable numbers around and between. */
import type { DataType } from '../kernels.js';
import { allocatePersistent, freePersistent, views } from '../memory.js';

/** How a grid lies in memory: element strides, where entry (0, 0) stands, and how many numbers that spans. */
export interface Layout {
  readonly name: string;
  place(rows: number, cols: number): { row: number; col: number; first: number; span: number };
}

/** Layouts in which every entry has a place of its own; an output must have one of them. */
export const outputLayouts: readonly Layout[] = [
  { name: 'contiguous', place: (rows, cols) => ({ row: cols, col: 1, first: 0, span: rows * cols }) },
  { name: 'rows apart', place: (rows, cols) => ({ row: cols + 3, col: 1, first: 0, span: rows * (cols + 3) }) },
  { name: 'transposed', place: (rows, cols) => ({ row: 1, col: rows, first: 0, span: rows * cols }) },
  { name: 'columns apart', place: (rows, cols) => ({ row: 3 * cols, col: 3, first: 0, span: 3 * rows * cols }) },
  {
    name: 'backwards',
    place: (rows, cols) => ({ row: -cols, col: -1, first: Math.max(rows * cols - 1, 0), span: rows * cols }),
  },
];

/** With those that repeat entries, as broadcasting does. */
export const inputLayouts: readonly Layout[] = [
  ...outputLayouts,
  { name: 'one row repeated', place: (_rows, cols) => ({ row: 0, col: 1, first: 0, span: cols }) },
  { name: 'one column repeated', place: (rows) => ({ row: 1, col: 0, first: 0, span: rows }) },
  { name: 'one number repeated', place: () => ({ row: 0, col: 0, first: 0, span: 1 }) },
];

/** Stands where no kernel may write. Representable in every element type. */
const UNTOUCHED = 987_654;
/** Untouchable numbers before and after each grid. */
const MARGIN = 20;

/** A matrix in kernel memory. Its place can be handed to a kernel as `...grid.at`. */
export class Grid {
  readonly rows: number;
  readonly cols: number;
  readonly layout: string;
  /** Position, row stride, column stride. */
  readonly at: readonly [position: number, row: number, col: number];
  readonly #dtype: DataType;
  readonly #start: number;
  readonly #length: number;

  constructor(dtype: DataType, start: number, length: number, rows: number, cols: number, layout: Layout) {
    const { row, col, first } = layout.place(rows, cols);
    this.rows = rows;
    this.cols = cols;
    this.layout = layout.name;
    this.at = [start + MARGIN + first, row, col];
    this.#dtype = dtype;
    this.#start = start;
    this.#length = length;
    views[dtype].fill(UNTOUCHED, start, start + length);
  }

  /** Numbers that a grid of this size and layout takes. */
  static lengthOf(rows: number, cols: number, layout: Layout): number {
    return layout.place(rows, cols).span + 2 * MARGIN;
  }

  get(i: number, j: number): number {
    return views[this.#dtype][this.#index(i, j)] as number;
  }

  set(i: number, j: number, value: number): void {
    views[this.#dtype][this.#index(i, j)] = value;
  }

  /** Sets all entries, and returns this grid. */
  fill(entry: (i: number, j: number) => number): this {
    for (let i = 0; i < this.rows; i++) for (let j = 0; j < this.cols; j++) this.set(i, j, entry(i, j));
    return this;
  }

  /** The entries as they are now, row by row. */
  snapshot(): number[][] {
    return Array.from({ length: this.rows }, (_, i) => Array.from({ length: this.cols }, (_, j) => this.get(i, j)));
  }

  /** Throws if anything beside the entries has been written. */
  assertSurroundingsUntouched(kernel: string): void {
    const entries = this.snapshot();
    this.fill(() => UNTOUCHED);
    const data = views[this.#dtype];
    for (let index = this.#start; index < this.#start + this.#length; index++) {
      if (data[index] === UNTOUCHED) continue;
      throw new Error(
        `${kernel}: wrote ${data[index]} outside its ${this.rows} × ${this.cols} output (${this.layout}), ` +
          `${index - this.at[0]} elements from its first entry.`,
      );
    }
    this.fill((i, j) => (entries[i] as number[])[j] as number);
  }

  #index(i: number, j: number): number {
    const [position, row, col] = this.at;
    return position + i * row + j * col;
  }
}

/** Hands out grids, and gives their memory back when `use` ends, whether it throws or not. */
export class Workspace {
  readonly #blocks: number[] = [];

  static use(work: (workspace: Workspace) => void): void {
    const workspace = new Workspace();
    try {
      work(workspace);
    } finally {
      for (const address of workspace.#blocks) freePersistent(address);
    }
  }

  grid(dtype: DataType, rows: number, cols: number, layout: Layout = outputLayouts[0] as Layout): Grid {
    const length = Grid.lengthOf(rows, cols, layout);
    const bytes = views[dtype].BYTES_PER_ELEMENT;
    const address = allocatePersistent(length * bytes);
    this.#blocks.push(address);
    return new Grid(dtype, address / bytes, length, rows, cols, layout);
  }
}

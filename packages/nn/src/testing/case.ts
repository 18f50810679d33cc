/** One check of a suite; `run` throws where it fails. */
export interface CellCase {
  readonly name: string;
  /** Throws where the cell is wrong. */
  readonly run: () => void;
}

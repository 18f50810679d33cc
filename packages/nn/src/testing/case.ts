/** One check of a suite; `run` throws where it fails. */
export interface CellCase {
  readonly name: string;
  readonly run: () => void;
}

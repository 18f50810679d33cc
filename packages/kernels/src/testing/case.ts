/** One check of a table, ready for any test runner: `run` throws an error that says what is wrong. */
export interface ConformanceCase {
  readonly name: string;
  /** Throws where the table is wrong. */
  run(): void;
}

/** Trainings that differ in their seed alone. */

/** What `train` makes of the seeds 1 to `seeds`; the first is always there. */
export function withSeeds<Result>(seeds: number, train: (seed: number) => Result): readonly [Result, ...Result[]] {
  return [train(1), ...Array.from({ length: seeds - 1 }, (_, i) => train(i + 2))];
}

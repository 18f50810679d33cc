/** The best of what comes by. */

/** Keeps the `capacity` best, best first; of equal ones those that came first. */
export class Ranking<T> {
  readonly #capacity: number;
  readonly #entries: { readonly item: T; readonly score: number }[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Whether something with this score would be kept. */
  admits(score: number): boolean {
    const last = this.#entries.at(-1);
    return this.#entries.length < this.#capacity || last === undefined || score > last.score;
  }

  offer(item: T, score: number): void {
    if (!this.admits(score)) return;
    let place = this.#entries.length;
    while (place > 0 && score > (this.#entries[place - 1] as { score: number }).score) place -= 1;
    this.#entries.splice(place, 0, { item, score });
    if (this.#entries.length > this.#capacity) this.#entries.pop();
  }

  get items(): readonly T[] {
    return this.#entries.map(({ item }) => item);
  }
}

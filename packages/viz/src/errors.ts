/** What pictures refuse, in the sentences of the other packages, none of which is imported here. */

/** The parts of a message. */
interface Refusal {
  /** The function that complains. */
  readonly op: string;
  /** What is wrong, in a few words. */
  readonly what: string;
  /** The rule that was broken. */
  readonly rule: string;
  /** What to do instead. */
  readonly mend: string;
}

/** Numbers, names or options that cannot be drawn. */
export class PictureError extends Error {
  override readonly name = 'PictureError';

  /** @internal */
  constructor({ op, what, rule, mend }: Refusal) {
    super(`${op}: ${what}; ${rule}. ${mend}.`);
  }
}

/** Refuses options that nobody reads, since they are usually misspelt. */
export function checkOptions(op: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new PictureError({
      op,
      what: `unknown option '${name}'`,
      rule: `the options are ${known.join(', ')}`,
      mend: 'Correct the name, or leave it out',
    });
  }
}

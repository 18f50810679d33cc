/**
 * Every error message of the framework is put together here, from the same four parts: what is wrong,
 * the arrays with their shapes, the rule, and what to type instead.
 */

/** The parts of a message. */
export interface Complaint {
  /** The operation, option or file that complains: `matmul`, `new LSTMCell`. */
  readonly op: string;
  /** What is wrong, in a few words. */
  readonly what: string;
  /** The arrays that matter, by the name of their parameter. */
  readonly arrays?: Readonly<Record<string, { readonly shape: readonly number[] }>>;
  /** The rule that was broken. */
  readonly rule?: string;
  /** What to do instead. */
  readonly mend?: string;
}

/** `[32, 10]`. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

function compose({ op, what, arrays, rule, mend }: Complaint, where: readonly string[]): string {
  const shapes = Object.entries(arrays ?? {}).map(([name, { shape }]) => `${name} is ${formatShape(shape)}`);
  // A rule always follows a semicolon: it may begin with the name of a parameter, so no sentence starts with it.
  const said = (parts: readonly (string | undefined)[]): string[] =>
    parts.filter((part): part is string => part !== undefined && part !== '');
  const facts =
    shapes.length > 0 ? [what, said([shapes.join(', '), rule]).join('; ')] : [said([what, rule]).join('; ')];
  const place = where.length > 0 ? ` (in ${where.join(', in ')})` : '';
  const sentences = said([...facts, mend]);
  return `${op}${place}: ${sentences.map((part) => `${part}.`).join(' ')}`;
}

/** The base of all errors that Unroll throws on purpose. */
export class UnrollError extends Error {
  override readonly name: string = 'UnrollError';
  readonly #complaint: Complaint;
  readonly #where: string[] = [];

  constructor(complaint: Complaint, options?: ErrorOptions) {
    super(compose(complaint, []), options);
    this.#complaint = complaint;
  }

  /** Adds where it happened (`LSTMCell.step, t = 17`) to the message, innermost first, and returns this error. */
  at(place: string): this {
    this.#where.push(place);
    this.message = compose(this.#complaint, this.#where);
    return this;
  }
}

/** Shapes, ranks or sizes that do not fit together. */
export class ShapeError extends UnrollError {
  override readonly name = 'ShapeError';
}

/** Element types that do not fit together, or that no kernel is loaded for. */
export class DataTypeError extends UnrollError {
  override readonly name = 'DataTypeError';
}

/** A number, string or option outside of what is allowed. */
export class ValueError extends UnrollError {
  override readonly name = 'ValueError';
}

/** A tensor whose numbers are gone, because its tape has recorded again. */
export class ReleasedError extends UnrollError {
  override readonly name = 'ReleasedError';
}

/** A tape used in a way that cannot give gradients. */
export class TapeError extends UnrollError {
  override readonly name = 'TapeError';
}

/** A number that is not finite and has arrived where it does harm; its `cause` tells where it began. See `detectAnomaly`. */
export class AnomalyError extends UnrollError {
  override readonly name = 'AnomalyError';
}

/** What needs code written at run time, where a content security policy or a flag of Node forbids that. */
export class CodeGenerationError extends UnrollError {
  override readonly name = 'CodeGenerationError';
}

/** Adds `place` to an error of ours on its way up; anything else passes unchanged. */
export function locate(error: unknown, place: string): unknown {
  return error instanceof UnrollError ? error.at(place) : error;
}

/**
 * Refuses options that nobody reads, since they are usually misspelt, and what is no object at all: `new SGD(weights, 0.1)`
 * would learn at a rate that nobody asked for.
 *
 * Errors: `ValueError` naming the unknown option and those that exist.
 */
export function checkOptions(op: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new ValueError({
      op,
      what: `${options} in the place of an object of options`,
      rule: known.length > 0 ? `the options are ${known.join(', ')}` : 'it takes no options',
      mend: known.length > 0 ? `Write { ${known[0]}: … }` : 'Leave it out',
    });
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new ValueError({
      op,
      what: `unknown option '${name}'`,
      rule: known.length > 0 ? `the options are ${known.join(', ')}` : 'it takes no options',
      mend: 'Correct the name, or leave it out',
    });
  }
}

/**
 * Refuses sizes that are not whole numbers of at least `least`.
 *
 * Errors: `ValueError`.
 */
export function checkSize(op: string, name: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new ValueError({
    op,
    what: `${name} is ${value}`,
    rule: `it must be a whole number of at least ${least}`,
    mend: `Correct ${name}`,
  });
}

/** Sizes, and other whole numbers of a program, that follow from the open sizes of its inputs. */

/** One product: `factor · N · T`. */
interface Term {
  readonly factor: number;
  /** Names of open sizes in alphabetical order; one that stands twice is squared. */
  readonly symbols: readonly string[];
}

/** A sum of products of open sizes: `2·N·T + 1`. At least one symbol is in it. */
export interface Formula {
  readonly terms: readonly Term[];
}

/** A number, or how it follows from the open sizes. */
export type Amount = number | Formula;

/** What each open size is in one recording. */
export type Sizes = ReadonlyMap<string, number>;

export const isFormula = (amount: Amount): amount is Formula => typeof amount !== 'number';

/** The formula of an open size by itself. */
export const symbol = (name: string): Formula => ({ terms: [{ factor: 1, symbols: [name] }] });

const termsOf = (amount: Amount): readonly Term[] => {
  return isFormula(amount) ? amount.terms : [{ factor: amount, symbols: [] }];
};

/** Like terms together, those with most symbols first; a number where no symbol is left. */
function collect(terms: readonly Term[]): Amount {
  const factors = new Map<string, Term>();
  for (const { factor, symbols } of terms) {
    const key = symbols.join('*');
    factors.set(key, { factor: factor + (factors.get(key)?.factor ?? 0), symbols });
  }
  const left = [...factors].filter(([, { factor }]) => factor !== 0);
  const byName = ([a]: readonly [string, Term], [b]: readonly [string, Term]): number => (a < b ? -1 : 1);
  const sorted = left.sort(byName).map(([, term]) => term);
  sorted.sort((a, b) => b.symbols.length - a.symbols.length);
  if (sorted.every(({ symbols }) => symbols.length === 0)) return sorted[0]?.factor ?? 0;
  return { terms: sorted };
}

export function plus(a: Amount, b: Amount): Amount {
  return collect([...termsOf(a), ...termsOf(b)]);
}

export function times(a: Amount, b: Amount): Amount {
  const pairs = termsOf(a).flatMap((one) => termsOf(b).map((other) => [one, other] as const));
  return collect(
    pairs.map(([one, other]) => ({
      factor: one.factor * other.factor,
      symbols: [...one.symbols, ...other.symbols].sort(),
    })),
  );
}

export const minus = (a: Amount, b: Amount): Amount => plus(a, times(b, -1));

export function sameAmount(a: Amount, b: Amount): boolean {
  return minus(a, b) === 0;
}

/** What an amount is where the open sizes are these. */
export function evaluate(amount: Amount, sizes: Sizes): number {
  const product = ({ factor, symbols }: Term): number =>
    symbols.reduce((result, name) => result * (sizes.get(name) ?? Number.NaN), factor);
  return termsOf(amount).reduce((sum, term) => sum + product(term), 0);
}

/** `2*N*T + 1`: the name of an open size in a file. */
export function formatAmount(amount: Amount): string {
  return termsOf(amount)
    .map(({ factor, symbols }) => [...(factor === 1 && symbols.length > 0 ? [] : [factor]), ...symbols].join('*'))
    .join(' + ')
    .replaceAll('+ -', '- ');
}

/** What {@link fitAmount} finds, for messages. */
export const AMOUNTS = 'a product of open sizes or the sum of two such, perhaps times a whole number and plus another';

/**
 * The amount that is `values[p]` where the open sizes are `sizes[p]`, or null: a product of up to three open sizes, or
 * the sum of two such, times a whole number and plus one. Two recordings determine it; the others must agree.
 */
export function fitAmount(values: readonly number[], sizes: readonly Sizes[]): Amount | null {
  const [first = Number.NaN] = values;
  if (values.every((value) => Object.is(value, first))) return first;
  const products = productsOf([...(sizes[0] as Sizes).keys()].sort());
  const sums = products.flatMap((one, i) => products.slice(i + 1).map((other) => plus(one, other)));
  const fits = [...products, ...sums].map((base) => fitTo(base, values, sizes)).filter((amount) => amount !== null);
  // What follows without a number added is more likely meant.
  return fits.find((amount) => termsOf(amount).every(({ symbols }) => symbols.length > 0)) ?? fits[0] ?? null;
}

/** `factor · base + rest` with whole numbers, where that gives all values. */
function fitTo(base: Amount, values: readonly number[], sizes: readonly Sizes[]): Amount | null {
  const bases = sizes.map((own) => evaluate(base, own));
  const [from = Number.NaN, first = Number.NaN] = [bases[0], values[0]];
  const other = bases.findIndex((own) => own !== from);
  const factor = ((values[other] ?? Number.NaN) - first) / ((bases[other] ?? Number.NaN) - from);
  const rest = first - factor * from;
  if (!Number.isInteger(factor) || factor === 0 || !Number.isInteger(rest)) return null;
  return bases.every((own, p) => factor * own + rest === values[p]) ? plus(times(base, factor), rest) : null;
}

/** Products of one, two and three of the open sizes. */
function productsOf(names: readonly string[]): Amount[] {
  const one: readonly Amount[] = names.map(symbol);
  const withAnother = (products: readonly Amount[]): Amount[] => {
    const more = products.flatMap((product) => one.map((single) => times(product, single)));
    return [...new Map(more.map((product) => [formatAmount(product), product])).values()];
  };
  const two = withAnother(one);
  return [...one, ...two, ...withAnother(two)];
}

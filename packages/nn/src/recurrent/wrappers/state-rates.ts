/** Probabilities for the parts of a state of any structure. */
import { mapTensors, Tensor, type TensorTree, ValueError } from '@unroll/core';

/**
 * One rate for all tensors of a state, or rates by their place in it, 0 where none is named: for an LSTM
 * `{ h: 0.05, c: 0.5 }`, for a stack of two `[0.1, { h: 0.2 }]`.
 */
export type StateRates<State> =
  | number
  | ([TensorTree] extends [State]
      ? unknown // Any state at all: without this line the type would have no end.
      : State extends Tensor
        ? never
        : { readonly [Key in keyof State]?: StateRates<State[Key]> | undefined });

/** Rates above 0 by the path of the tensor. */
export type RatesByPath = ReadonlyMap<string, number>;

/** Whether a rate may be as much as 1. */
type Bound = 'below 1' | 'up to 1';

/** Refuses what is no probability. Errors: `ValueError`. */
export function checkRate(op: string, name: string, rate: unknown, bound: Bound): asserts rate is number {
  if (typeof rate === 'number' && rate >= 0 && (rate < 1 || (rate === 1 && bound === 'up to 1'))) return;
  throw new ValueError({
    op,
    what: typeof rate === 'number' ? `${name} is ${rate}` : `${name} is no number`,
    rule: `a rate is a probability: at least 0 and ${bound === 'below 1' ? 'below 1' : 'at most 1'}`,
    mend: 'Pass such a rate',
  });
}

/**
 * The rates of a state of this structure. Tensors of indices have none.
 *
 * Errors: `ValueError` for a rate that is none, or for a part that the state does not have.
 */
export function readRates(op: string, name: string, rates: unknown, state: TensorTree, bound: Bound): RatesByPath {
  const found = new Map<string, number>();
  const visit = (given: unknown, part: TensorTree, path: string): void => {
    const inside = partsOf(part);
    if (typeof given !== 'object' || given === null || inside === null) {
      checkRate(op, join(name, path), given, bound);
      mapTensors(part, (t, rest) => {
        if (t.dtype !== 'int32' && given > 0) found.set(join(path, rest), given);
        return t;
      });
      return;
    }
    for (const [key, rate] of Object.entries(given)) {
      if (!Object.hasOwn(inside, key)) throw noSuchPart(op, join(name, path), key, Object.keys(inside));
      if (rate !== undefined) visit(rate, inside[key], join(path, Array.isArray(part) ? `[${key}]` : key));
    }
  };
  visit(rates, state, '');
  return found;
}

/** The parts of an array or object; null for a tensor or a primitive, which has none. */
function partsOf(state: TensorTree): { readonly [key: string]: TensorTree } | null {
  if (state instanceof Tensor || typeof state !== 'object' || state === null) return null;
  return state as { readonly [key: string]: TensorTree };
}

/** As `mapTensors` says paths. */
function join(path: string, rest: string): string {
  if (path === '' || rest === '') return path + rest;
  return rest.startsWith('[') ? path + rest : `${path}.${rest}`;
}

function noSuchPart(op: string, name: string, key: string, known: readonly string[]): ValueError {
  return new ValueError({
    op,
    what: `${name} names '${key}'`,
    rule: `the parts of the state are ${known.join(', ')}`,
    mend: 'Correct the name, or leave it out',
  });
}

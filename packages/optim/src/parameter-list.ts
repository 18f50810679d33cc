/** The parameters that an optimizer or a clipping function is given. */
import { Parameter, ValueError } from '@unroll/core';

/** What stands in a list. Errors: `ValueError` for what is none, such as a whole module. */
export function checkList<T>(op: string, list: Iterable<T>): readonly T[] {
  if (typeof list === 'object' && list !== null && Symbol.iterator in list) return [...list];
  throw new ValueError({
    op,
    what: `parameters is ${typeof list === 'object' && list !== null ? 'an object' : `a ${typeof list}`}, not a list`,
    rule: 'parameters is a list of at least one Parameter',
    mend: 'Pass model.parameters()',
  });
}

/**
 * The parameters as an array.
 *
 * Errors: `ValueError` when there are none, one stands there twice, or something else stands there.
 */
export function checkParameters(op: string, parameters: Iterable<unknown>): readonly Parameter[] {
  const list = checkList(op, parameters);
  if (list.length === 0) {
    throw new ValueError({
      op,
      what: 'there are no parameters',
      rule: 'parameters is a list of at least one Parameter',
      mend: 'Pass model.parameters(), and check that its parameters stand in plain fields',
    });
  }
  const seen = new Map<Parameter, number>();
  list.forEach((parameter, i) => {
    if (!(parameter instanceof Parameter)) {
      throw new ValueError({
        op,
        what: `parameters[${i}] is not a Parameter`,
        rule: 'only parameters have a gradient and can be written',
        mend: 'Pass model.parameters(), or wrap a tensor: new Parameter(t)',
      });
    }
    const first = seen.get(parameter);
    if (first !== undefined) {
      throw new ValueError({
        op,
        what: `parameters[${first}] and parameters[${i}] are the same`,
        arrays: { [parameter.name]: parameter },
        rule: 'each parameter is listed once, or it would count twice',
        mend: 'Remove the second one',
      });
    }
    seen.set(parameter, i);
  });
  return [...seen.keys()];
}

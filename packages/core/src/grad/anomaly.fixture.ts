/** What the tests of `detectAnomaly` share. */
import { AnomalyError, Parameter, tensor } from '../index.js';

/** A parameter with a name. */
export const parameter = (values: readonly number[], name = 'w'): Parameter => {
  const made = new Parameter(tensor(values));
  made.name = name;
  return made;
};

/** The anomaly that `fn` throws. */
export function anomalyOf(fn: () => void): AnomalyError {
  try {
    fn();
  } catch (error) {
    if (error instanceof AnomalyError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The stack of the call that an anomaly names. */
export const callOf = (error: AnomalyError): string => (error.cause as Error).stack ?? '';

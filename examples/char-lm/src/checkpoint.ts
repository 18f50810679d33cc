/** A training as one file: parameters, optimizer, vocabulary, options, and how far it came. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Tensor } from '@unroll/core';
import { CharVocabulary } from '@unroll/data';
import type { StateDict } from '@unroll/nn';
import type { OptimizerState } from '@unroll/optim';
import type { CharModel } from './model.js';
import type { Options } from './options.js';
import { decodeTensors, encodeTensors } from './safetensors.js';
import { UsageError } from './usage-error.js';
import { writeAtomically } from './write-atomically.js';

/** What a checkpoint holds. */
export interface Checkpoint {
  readonly model: StateDict;
  readonly optimizer: OptimizerState;
  readonly vocabulary: CharVocabulary;
  readonly options: Options;
  /** Updates that were done. */
  readonly windows: number;
}

/** Entries of a state dictionary under a prefix: tensors for the file's body, everything else for its header. */
function separate(prefix: string, dictionary: StateDict | OptimizerState) {
  const tensors: Record<string, Tensor> = {};
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(dictionary)) {
    if (value instanceof Tensor) tensors[`${prefix}.${name}`] = value;
    else values[`${prefix}.${name}`] = value;
  }
  return { tensors, values };
}

/** Writes a checkpoint: the old file, if there is one, stays whole until the new one is. */
export function saveCheckpoint(path: string, { model, optimizer, vocabulary, options, windows }: Checkpoint): void {
  const ofModel = separate('model', model);
  const ofOptimizer = separate('optimizer', optimizer);
  const tensors = { ...ofModel.tensors, ...ofOptimizer.tensors };
  const metadata = {
    values: JSON.stringify({ ...ofModel.values, ...ofOptimizer.values }),
    vocabulary: JSON.stringify(vocabulary),
    options: JSON.stringify(options),
    windows: String(windows),
  };
  writeAtomically(path, encodeTensors({ tensors, metadata }));
}

/** Reads a checkpoint. Errors: `UsageError` for a file that is missing, cut off or damaged. */
export function loadCheckpoint(path: string): Checkpoint {
  try {
    const { tensors, metadata } = decodeTensors(readFileSync(path));
    const { values = '{}', vocabulary = '', options = '', windows = '' } = metadata;
    const all: Record<string, unknown> = { ...tensors, ...(JSON.parse(values) as Record<string, unknown>) };
    const under = (prefix: string): Record<string, unknown> => {
      const entries = Object.entries(all).filter(([name]) => name.startsWith(`${prefix}.`));
      return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length + 1), value]));
    };
    return {
      model: under('model') as StateDict,
      optimizer: under('optimizer') as OptimizerState,
      vocabulary: CharVocabulary.fromJSON(JSON.parse(vocabulary)),
      options: JSON.parse(options) as Options,
      windows: Number(windows),
    };
  } catch (error) {
    throw new UsageError(`${path} is no checkpoint that can be read: ${(error as Error).message}.`);
  }
}

/** SHA-256 over the bits of all parameters, in order: equal seeds give equal hashes. */
export function hashParameters(model: CharModel): string {
  const hash = createHash('sha256');
  for (const [name, parameter] of model.namedParameters()) hash.update(name).update(parameter.data);
  return hash.digest('hex');
}

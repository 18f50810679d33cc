/** A training as one file: how far it has come, and what it is a training of. */

import { mapTensors, Tensor, UnrollError } from '@unroll/core';
import { CharVocabulary } from '@unroll/data';
import { readSafetensors, type StateDict, type TensorFile, writeSafetensors } from '@unroll/nn';
import type { OptimizerState } from '@unroll/optim';
import { UsageError } from 'example-runner/flags';
import { damagedPart, seal } from './checksums.js';
import type { ModelState } from './model.js';
import type { Options } from './options.js';
import type { Corpus } from './text.js';
import type { Training } from './training.js';

/** What a checkpoint holds. */
export interface Checkpoint extends Pick<Training, 'windows' | 'curve'> {
  readonly model: StateDict;
  readonly optimizer: OptimizerState;
  /** The tensors of the carried state by their path in it, `[0].h`; none before the first window. */
  readonly state: Readonly<Record<string, Tensor>>;
  /** All but those that say where the file is, and by how many processes it is written. */
  readonly options: Omit<Options, 'out' | 'resume' | 'distributed'>;
  readonly text: Pick<Corpus, 'characters' | 'sha256'>;
  readonly vocabulary: CharVocabulary;
}

/** The number changes with whatever another version of this program would read wrongly. */
const FORMAT = 'unroll-char-lm/1';

/** The bytes of a checkpoint. */
export function writeCheckpoint(training: Training, corpus: Corpus, options: Options): Uint8Array {
  const model = divide('model.', training.model.stateDict());
  const optimizer = divide('optimizer.', training.optimizer.stateDict());
  const { out, resume, distributed, ...kept } = options;
  const { characters, sha256, vocabulary } = corpus;
  const tensors = { ...model.tensors, ...optimizer.tensors, ...byPath('state', training.state) };
  const metadata = {
    format: FORMAT,
    options: JSON.stringify(kept),
    text: JSON.stringify({ characters, sha256 }),
    vocabulary: JSON.stringify(vocabulary),
    windows: JSON.stringify(training.windows),
    curve: JSON.stringify(training.curve),
    model: JSON.stringify(model.values),
    optimizer: JSON.stringify(optimizer.values),
  };
  return writeSafetensors(tensors, { metadata: seal({ tensors, metadata }) });
}

/** A state dictionary as tensors for the file's body and everything else for its header. */
function divide(prefix: string, dictionary: StateDict | OptimizerState) {
  const tensors: Record<string, Tensor> = {};
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(dictionary)) {
    if (value instanceof Tensor) tensors[`${prefix}${name}`] = value;
    else values[name] = value;
  }
  return { tensors, values };
}

function byPath(prefix: string, state: ModelState | undefined): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  mapTensors(state, (t, path) => {
    tensors[`${prefix}${path}`] = t;
    return t;
  });
  return tensors;
}

/** Reads a checkpoint. Errors: `UsageError`, naming the file, for one that is cut off, damaged or something else. */
export function readCheckpoint(name: string, bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = readFile(name, bytes);
  const { format } = metadata;
  if (format === undefined) throw new UsageError(`${name} holds tensors, but is no checkpoint of this program.`);
  if (format !== FORMAT) throw new UsageError(`${name} is of the format ${format}; this program reads ${FORMAT}.`);
  const damaged = damagedPart({ tensors, metadata });
  if (damaged !== null) throw new UsageError(`${name} is damaged in ${damaged}. Resume from another copy.`);

  // From here on the file is known to be what writeCheckpoint wrote.
  const json = (entry: string): unknown => JSON.parse(metadata[entry] ?? 'null');
  const under = (prefix: string): Record<string, Tensor> => {
    const found = Object.entries(tensors).filter(([entry]) => entry.startsWith(prefix));
    return Object.fromEntries(found.map(([entry, t]) => [entry.slice(prefix.length), t]));
  };
  return {
    windows: json('windows') as number,
    curve: json('curve') as Checkpoint['curve'],
    model: { ...under('model.'), ...(json('model') as StateDict) },
    optimizer: { ...under('optimizer.'), ...(json('optimizer') as OptimizerState) },
    state: under('state'),
    options: json('options') as Checkpoint['options'],
    text: json('text') as Checkpoint['text'],
    vocabulary: CharVocabulary.fromJSON(json('vocabulary')),
  };
}

function readFile(name: string, bytes: Uint8Array): TensorFile {
  try {
    return readSafetensors(bytes);
  } catch (error) {
    if (!(error instanceof UnrollError)) throw error;
    throw new UsageError(`${name} is no whole checkpoint. ${error.message}`);
  }
}

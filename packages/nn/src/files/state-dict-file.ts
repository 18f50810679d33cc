/** A model's state dictionary as one file, its generators included. */
import { checkOptions, type RngState, Tensor, ValueError } from '@unroll/core';
import { isRngState, type StateDict } from '../state-dict.js';
import { unreadable } from './bytes.js';
import { readSafetensors, type WriteSafetensorsOptions, writeSafetensors } from './safetensors.js';

/** The entry of the metadata in which generators' states stand, as JSON. */
const GENERATORS = 'generators';

/**
 * What `module.stateDict()` returned as the bytes of a safetensors file. Generators' states are JSON in the metadata,
 * under `generators`; Python reads the rest.
 *
 * Errors: `ValueError` for entries that are neither tensors nor generators' states, for metadata of that name, and as
 * `writeSafetensors`.
 *
 * @example
 * ```ts
 * import { Dropout, Linear, readStateDict, Sequential, writeStateDict } from '@unroll/nn';
 * const build = () => new Sequential(new Linear({ inputSize: 2, outputSize: 3 }), new Dropout({ p: 0.5 }));
 * const [model, other] = [build(), build()];
 * const bytes = writeStateDict(model.stateDict()); // of Node: await writeFile('model.safetensors', bytes)
 * other.loadStateDict(readStateDict(bytes));
 * String(other.parameters()[0]?.data) === String(model.parameters()[0]?.data); // true
 * ```
 */
export function writeStateDict(dictionary: StateDict, options: WriteSafetensorsOptions = {}): Uint8Array {
  checkOptions('writeStateDict', options, ['metadata']);
  const { metadata = {} } = options;
  if (Object.hasOwn(metadata, GENERATORS)) throw nameTaken();
  const tensors: [path: string, t: Tensor][] = [];
  const generators: [path: string, state: RngState][] = [];
  for (const [path, value] of Object.entries(dictionary)) {
    if (value instanceof Tensor) tensors.push([path, value]);
    else if (isRngState(value)) generators.push([path, value]);
    else throw neither(path);
  }
  const states = { [GENERATORS]: JSON.stringify(Object.fromEntries(generators)) };
  return writeSafetensors(Object.fromEntries(tensors), {
    metadata: generators.length > 0 ? { ...metadata, ...states } : metadata,
  });
}

function nameTaken(): ValueError {
  return new ValueError({
    op: 'writeStateDict',
    what: `metadata has the name '${GENERATORS}'`,
    rule: 'the states of the generators stand there',
    mend: 'Give it another name',
  });
}

function neither(path: string): ValueError {
  return new ValueError({
    op: 'writeStateDict',
    what: `'${path}' is neither a tensor nor the state of a generator`,
    rule: "a module's state dictionary holds nothing else",
    mend: 'Pass what stateDict() returned; JSON of the rest can be metadata',
  });
}

/**
 * The state dictionary in the bytes of a safetensors file, for `module.loadStateDict`. What else the metadata say,
 * `readSafetensors` tells.
 *
 * Errors: `ValueError` for generators that are none, and as `readSafetensors`.
 *
 * @example
 * ```ts
 * import { GRUCell, readStateDict, writeStateDict } from '@unroll/nn';
 * const bytes = writeStateDict(new GRUCell({ inputSize: 2, hiddenSize: 3 }).stateDict());
 * Object.keys(readStateDict(bytes)); // ['bias', 'biasHn', 'weightHh', 'weightIh']
 * ```
 */
export function readStateDict(bytes: Uint8Array): StateDict {
  const { tensors, metadata } = readSafetensors(bytes);
  return { ...tensors, ...parseGenerators(metadata[GENERATORS] ?? '{}') };
}

function parseGenerators(json: string): { readonly [path: string]: RngState } {
  let generators: unknown;
  try {
    generators = JSON.parse(json);
  } catch {
    generators = null;
  }
  if (isGenerators(generators)) return generators;
  throw unreadable(
    'readStateDict',
    `'${GENERATORS}' in the metadata is no object of generators' states`,
    'writeStateDict keeps them there',
    'Read the tensors with readSafetensors',
  );
}

function isGenerators(value: unknown): value is { readonly [path: string]: RngState } {
  return typeof value === 'object' && value !== null && Object.values(value).every(isRngState);
}

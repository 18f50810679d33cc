/** Weights that come from PyTorch and go there: its names, its two biases, its order of the gates. */
import { checkOptions, locate, Parameter, type Tensor, ValueError, type Variable } from '@unroll/core';
import { Module } from './module.js';
import { checkComplaints, checkDictionary, copyOf } from './state-dict.js';
import { readEntry, type TorchEntry } from './torch/entry.js';
import { formOf } from './torch/fields.js';
import { layerOf, type TorchForm, type TorchTensors } from './torch/form.js';

/** What PyTorch's `state_dict()` holds, by its names. */
export type TorchStateDict = { readonly [name: string]: TorchEntry };

/** Options of {@link toTorchStateDict}. */
export interface TorchStateDictOptions {
  /**
   * What PyTorch's side has in the place of a cell, or a stack of them: `'cells'`, as nn.LSTMCell with its `weight_ih`,
   * or `'layers'`, as nn.LSTM with its `weight_ih_l0`. `'cells'` unless something else is said.
   */
  readonly cellsAs?: 'cells' | 'layers' | undefined;
}

/**
 * Takes over the numbers of a PyTorch module that is built alike. In place of an RNNCell, LSTMCell or GRUCell there,
 * nn.RNN, nn.LSTM and nn.GRU of one layer do too, and of several layers in place of a stack; `recurrent`, `bidirectional`
 * and `deep` stand for one of several layers and directions.
 *
 * Names are PyTorch's: those of the fields, with `read_out` for `readOut`, and without a name for the list in a
 * `Sequential` (`0.weight`). The two biases of PyTorch's recurrences are added to one. A parameter that stands in two
 * places has two names. Generators stay as they are.
 *
 * Numerics: numbers are rounded to the dtype of the parameter.
 * Errors: `ValueError` listing all names that are missing, unexpected, or of another shape, and those that give
 * different numbers for one parameter; `ValueError` for a form of a cell that PyTorch does not have (a GRUCell without
 * `resetAfter`, an LSTMCell with another activation), and for parameters that a `torchForm` leaves out; `TapeError`
 * inside a recording. Nothing is changed then.
 * Differs: from PyTorch in that a recurrence built with `bias=False` is refused; add its two biases, as zeros.
 *
 * @example
 * ```ts
 * import { tensor } from '@unroll/core';
 * import { Linear, loadTorchStateDict, Sequential, Tanh } from '@unroll/nn';
 * const model = new Sequential(new Linear({ inputSize: 2, outputSize: 1 }), new Tanh());
 * // Python: {name: {'shape': list(t.shape), 'data': t.flatten().tolist()} for name, t in model.state_dict().items()}
 * loadTorchStateDict(model, { '0.weight': { shape: [1, 2], data: [0.5, -1] }, '0.bias': tensor([3]) });
 * model.parameters().map((parameter) => parameter.toArray()); // [[[0.5, -1]], [3]]
 * ```
 */
export function loadTorchStateDict(module: Module, dictionary: TorchStateDict): void {
  const op = 'loadTorchStateDict';
  checkDictionary(op, dictionary, "Pass the entries of PyTorch's state_dict()");
  const holds = (name: string): boolean => Object.hasOwn(dictionary, name);
  module.namedParameters(); // sets the names, for messages
  const missing: string[] = [];
  const misshapen: string[] = [];
  const conflicting: string[] = [];
  const known = new Set<string>();
  const values = new Map<Variable, Tensor>();
  for (const { prefix, form } of partsOf(module, (names) => names.some(holds))) {
    const tensors: Record<string, Tensor> = {};
    for (const [name, like] of Object.entries(form.tensors)) {
      const path = `${prefix}${name}`;
      known.add(path);
      const read = holds(path) ? readEntry(dictionary[path], like) : null;
      if (read === null) missing.push(path);
      else if (typeof read === 'string') misshapen.push(`${path} is ${read}`);
      else tensors[name] = read;
    }
    if (Object.keys(tensors).length < Object.keys(form.tensors).length) continue;
    for (const [variable, value] of form.values(tensors)) {
      const earlier = values.get(variable);
      if (earlier === undefined) values.set(variable, value);
      else if (!equalNumbers(earlier, value)) conflicting.push(`${nameOf(variable)} (one here, in two places)`);
    }
  }
  const unexpected = Object.keys(dictionary).filter((name) => !known.has(name));
  const mend = "Build the module as PyTorch's is built, or rename the entries";
  checkComplaints(op, module.constructor.name, { missing, unexpected, misshapen, conflicting }, mend);
  checkNamed(op, module, new Set(values.keys()));
  // A recording refuses the first assignment, before anything has changed.
  for (const [variable, value] of values) variable.assign(value);
}

/**
 * A copy of all parameters and other variables as PyTorch's module of the same build holds them, for its
 * `load_state_dict`. See {@link loadTorchStateDict} for names; of the two biases of a recurrence the second is 0, but
 * for the one that the GRU's reset gate acts on.
 *
 * Errors: `ValueError` for a form of a cell that PyTorch does not have (a GRUCell without `resetAfter`, an LSTMCell with
 * another activation), for parameters that a `torchForm` leaves out, and for unknown options.
 *
 * @example
 * ```ts
 * import { LSTMCell, toTorchStateDict } from '@unroll/nn';
 * const cell = new LSTMCell({ inputSize: 2, hiddenSize: 3 });
 * Object.keys(toTorchStateDict(cell)); // ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
 * toTorchStateDict(cell, { cellsAs: 'layers' }).weight_ih_l0?.shape; // [12, 2]
 * ```
 */
export function toTorchStateDict(module: Module, options: TorchStateDictOptions = {}): TorchTensors {
  checkOptions('toTorchStateDict', options, ['cellsAs']);
  const { cellsAs = 'cells' } = options;
  if (cellsAs !== 'cells' && cellsAs !== 'layers') {
    throw new ValueError({
      op: 'toTorchStateDict',
      what: `cellsAs is '${String(cellsAs)}'`,
      rule: "a cell is one of PyTorch's 'cells' or 'layers'",
      mend: 'Pass one of them',
    });
  }
  const entries: [string, Tensor][] = [];
  const named = new Set<Variable>();
  for (const { prefix, form } of partsOf(module, () => cellsAs === 'layers')) {
    for (const [name, t] of Object.entries(form.tensors)) entries.push([`${prefix}${name}`, copyOf(t)]);
    for (const [variable] of form.values(form.tensors)) named.add(variable);
  }
  checkNamed('toTorchStateDict', module, named);
  return Object.fromEntries(entries);
}

/** One module inside, or the whole, and what stands before its names. */
interface Part {
  readonly prefix: string;
  readonly form: TorchForm;
}

/** All modules, as often as PyTorch names them; `asLayer` says whether a cell goes by the names of a layer. */
function* partsOf(
  module: Module,
  asLayer: (names: readonly string[]) => boolean,
  prefix = '',
  around: readonly Module[] = [],
): Generator<Part> {
  if (around.includes(module)) return;
  const own = formAt(module, prefix);
  const layer = layerOf(own);
  const byLayer = layer !== null && asLayer(Object.keys(layer.tensors).map((name) => `${prefix}${name}`));
  const form = byLayer ? layer : own;
  yield { prefix, form };
  for (const [name, inner] of Object.entries(form.modules)) {
    if (inner instanceof Module) yield* partsOf(inner, asLayer, `${prefix}${name}.`, [...around, module]);
  }
}

function formAt(module: Module, prefix: string): TorchForm {
  try {
    return formOf(module);
  } catch (error) {
    throw prefix === '' ? error : locate(error, prefix.slice(0, -1));
  }
}

/** Refuses parameters that would silently stay behind: of a class that adds some to one with a `torchForm`. */
function checkNamed(op: string, module: Module, named: ReadonlySet<Variable>): void {
  const left = module.namedParameters().filter(([, parameter]) => !named.has(parameter));
  if (left.length === 0) return;
  throw new ValueError({
    op,
    what: `PyTorch has no name for ${left.map(([name]) => name).join(', ')}`,
    rule: "a torchForm places all parameters of its module, and two fields do not become one in Python's spelling",
    mend: 'Override torchForm in the class that adds them, or rename the fields',
  });
}

const nameOf = (variable: Variable): string => (variable instanceof Parameter ? variable.name : 'a variable');

function equalNumbers(a: Tensor, b: Tensor): boolean {
  const other = b.data;
  return a.data.every((entry, i) => Object.is(entry, other[i]));
}

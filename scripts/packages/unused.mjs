/** `sideEffects: false`, proved: what a program does not name is not in its bundle, in either bundler. */

/** Texts of messages, which no minifier renames, and the export to which each belongs. */
const MARKS = {
  LSTMCell: 'new LSTMCell',
  GRUCell: 'new GRUCell',
  AdditiveAttention: 'new AdditiveAttention',
  beamSearch: 'beamSearch',
  readSafetensors: 'readSafetensors',
  tbptt: 'tbptt',
  RMSprop: 'new RMSprop',
  Adam: 'betas are two numbers',
  einsum: 'einsum',
  exportGraph: 'exportGraph',
  detectAnomaly: 'was called here',
  gradcheck: 'gradcheck',
};

/** What a page needs that trains an LSTM. */
export const TRAINED_LSTM = `export { Tape } from '@unroll/core';
export { crossEntropy, Linear, LSTMCell, unroll } from '@unroll/nn';
export { RMSprop } from '@unroll/optim';`;

/** Complaints; `folder` is a project in which all `packages` are installed. */
export async function checkUnused(bundle, packages, folder) {
  const complaints = [];
  const marksIn = (text) => Object.keys(MARKS).filter((name) => text.includes(MARKS[name]));

  // Otherwise a mark that was renamed would prove nothing.
  const everything = packages.flatMap(({ entries }) => entries).map((entry) => `export * from '${entry}';\n`);
  const found = marksIn(await bundle(everything.join(''), folder));
  const lost = Object.keys(MARKS).filter((name) => !found.includes(name));
  if (lost.length > 0) complaints.push(`a bundle of everything has no mark of ${lost}.`);

  const one = marksIn(await bundle("export { LSTMCell } from '@unroll/nn';", folder));
  if (one.join() !== 'LSTMCell') complaints.push(`a bundle of LSTMCell holds ${one}.`);

  const trained = marksIn(await bundle(TRAINED_LSTM, folder));
  if (trained.join() !== 'LSTMCell,RMSprop') complaints.push(`a bundle of a trained LSTM holds ${trained}.`);

  for (const { name } of packages) {
    const text = (await bundle(`import '${name}';`, folder)).trim();
    if (text !== '') complaints.push(`a bundle of import '${name}' alone has ${text.length} characters, not 0.`);
  }
  // The one entry that is imported for what it does.
  const reference = await bundle("import '@unroll/kernels/reference';", folder);
  if (!reference.includes('float64')) complaints.push("import '@unroll/kernels/reference' is dropped.");
  return complaints;
}

/** Imported before ndarray-ops, which writes code as it is imported: where that is forbidden, this says so in a sentence. */
try {
  Function('return 0')();
} catch (cause) {
  throw new Error(
    '@unroll/kernels/reference: its loops are ndarray and ndarray-ops, which write their code at run time, ' +
      "and this page's content security policy (or a flag of Node) forbids that. " +
      "Leave the import out: the WebAssembly kernels do without, in float32. Or add 'unsafe-eval' to script-src.",
    { cause },
  );
}

export {};

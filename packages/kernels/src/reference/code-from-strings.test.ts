import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => vi.unstubAllGlobals());

it('says why the reference kernels cannot be had where code may not be written at run time', async () => {
  vi.stubGlobal('Function', () => {
    throw new EvalError('Code generation from strings disallowed for this context');
  });
  const refusal = import('./index.js');
  await expect(refusal).rejects.toThrowErrorMatchingInlineSnapshot(
    `[Error: @unroll/kernels/reference: its loops are ndarray and ndarray-ops, which write their code at run time, and this page's content security policy (or a flag of Node) forbids that. Leave the import out: the WebAssembly kernels do without, in float32. Or add 'unsafe-eval' to script-src.]`,
  );
  await expect(refusal).rejects.toHaveProperty('cause', expect.any(EvalError));
});

// AssemblyScript, not TypeScript: `scripts/build-wasm.mjs` compiles this folder into one module.
export { GEMM_WORK_BYTES as gemmWorkBytes, gemm } from './gemm';
export { tanh } from './tanh';

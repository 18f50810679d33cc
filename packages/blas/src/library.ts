/** Finds a BLAS library of the machine, and the functions in it that are needed. */
import koffi, { type LibraryHandle } from 'koffi';

/** `cblas_sgemm`, with addresses in the place of pointers. */
export type Gemm = (
  order: number,
  transposeA: number,
  transposeB: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: number,
  leadingA: number,
  b: number,
  leadingB: number,
  beta: number,
  c: number,
  leadingC: number,
) => void;

/** `cblas_sgemv`, with addresses in the place of pointers. */
export type Gemv = (
  order: number,
  transpose: number,
  m: number,
  n: number,
  alpha: number,
  a: number,
  leadingA: number,
  x: number,
  stepX: number,
  beta: number,
  y: number,
  stepY: number,
) => void;

/** A library that has been found. */
export interface Library {
  /** The file that was loaded. */
  readonly file: string;
  /** What it says of itself. */
  readonly name: string;
  readonly gemm: Gemm;
  readonly gemv: Gemv;
  /** Undefined where the library decides by itself. */
  readonly setThreads: ((count: number) => void) | undefined;
  readonly threads: () => number | undefined;
}

/** Where libraries are, by platform; the fastest first. */
const FILES: { readonly [Platform in string]: readonly string[] } = {
  linux: ['libmkl_rt.so.2', 'libmkl_rt.so', 'libopenblas.so.0', 'libopenblas.so', 'libblis.so.4', 'libblis.so'],
  darwin: [
    '/System/Library/Frameworks/Accelerate.framework/Accelerate',
    '/opt/homebrew/opt/openblas/lib/libopenblas.dylib',
    'libopenblas.dylib',
  ],
  win32: ['mkl_rt.2.dll', 'libopenblas.dll', 'openblas.dll'],
};

/** How libraries are asked for their threads: setter, getter. */
const THREADS: readonly (readonly [set: string, get: string])[] = [
  ['openblas_set_num_threads', 'openblas_get_num_threads'],
  ['MKL_Set_Num_Threads', 'MKL_Get_Max_Threads'],
  ['bli_thread_set_num_threads', 'bli_thread_get_num_threads'],
];

/** The files that are tried where none is named. */
export function candidates(platform: string): readonly string[] {
  return FILES[platform] ?? [];
}

/** Loads a file. Errors: where there is none, or none with `cblas_sgemm` in it. */
export function loadLibrary(file: string): Library {
  const handle = koffi.load(file);
  // An address is passed like a number of 64 bits; as a number it is exact, since addresses end below 2⁵³.
  const address = 'uint64_t';
  const matrix = [address, 'int'];
  const [sizes, flags] = [
    ['int', 'int', 'int'],
    ['int', 'int'],
  ];
  const gemm: Gemm = handle.func('cblas_sgemm', 'void', [
    'int',
    ...flags,
    ...sizes,
    'float',
    ...matrix,
    ...matrix,
    'float',
    ...matrix,
  ]);
  const gemv: Gemv = handle.func('cblas_sgemv', 'void', [
    ...flags,
    'int',
    'int',
    'float',
    ...matrix,
    ...matrix,
    'float',
    ...matrix,
  ]);
  const known = THREADS.find(([set]) => has(handle, set));
  const setThreads: ((count: number) => void) | undefined = known && handle.func(known[0], 'void', ['int']);
  const threads: (() => number | undefined) | undefined = known && handle.func(known[1], 'int', []);
  return { file, name: nameOf(handle, file), gemm, gemv, setThreads, threads: threads ?? (() => undefined) };
}

function has(handle: LibraryHandle, symbol: string): boolean {
  try {
    handle.func(symbol, 'void', []);
    return true;
  } catch {
    return false;
  }
}

function nameOf(handle: LibraryHandle, file: string): string {
  if (has(handle, 'openblas_get_config')) {
    const config: string = handle.func('openblas_get_config', 'str', [])();
    const core: string = handle.func('openblas_get_corename', 'str', [])();
    return `${config.split(' ').slice(0, 2).join(' ')} for ${core}`;
  }
  if (has(handle, 'MKL_Set_Num_Threads')) return 'MKL';
  if (has(handle, 'bli_info_get_version_str')) {
    const version: string = handle.func('bli_info_get_version_str', 'str', [])();
    return `BLIS ${version}`;
  }
  return file.includes('Accelerate') ? 'Accelerate' : file;
}

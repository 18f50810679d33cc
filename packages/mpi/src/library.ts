/** Finds an MPI library of the machine, and what it calls things. */
import { UnrollError } from '@unroll/core';
import koffi, { type LibraryHandle } from 'koffi';
import type { Family, Launch } from './launch.js';

/** A library that has been loaded. */
export interface Library {
  readonly file: string;
  readonly family: Family;
  readonly handle: LibraryHandle;
  readonly names: Names;
}

/** Numbers whose bytes are sent as they are. */
export type ElementType = 'float32' | 'float64' | 'int32' | 'byte';

/** How numbers of several ranks become one. */
export type Combination = 'sum' | 'min' | 'max';

/** What stands for MPI's constants: addresses in Open MPI, whole numbers in MPICH. */
export interface Names {
  /** The type of all of them, to koffi. */
  readonly handle: 'uint64_t' | 'int';
  readonly world: number;
  readonly types: { readonly [Type in ElementType]: number };
  readonly combinations: { readonly [Name in Combination]: number };
  /** In the place of the address that is sent from: the numbers are where the result goes. */
  readonly inPlace: bigint;
}

/** Those of mpi.h, which no version has changed since MPICH 3.1 made them its promise; Intel MPI keeps it too. */
const MPICH: Names = {
  handle: 'int',
  world: 0x44000000,
  types: { float32: 0x4c00040a, float64: 0x4c00080b, int32: 0x4c000405, byte: 0x4c00010d },
  combinations: { max: 0x58000001, min: 0x58000002, sum: 0x58000003 },
  inPlace: 0xffff_ffff_ffff_ffffn, // −1
};

function openMpi(handle: LibraryHandle): Names {
  const address = (symbol: string): number => Number(koffi.address(handle.symbol(symbol)));
  return {
    handle: 'uint64_t',
    world: address(OF_OPEN_MPI),
    types: {
      float32: address('ompi_mpi_float'),
      float64: address('ompi_mpi_double'),
      int32: address('ompi_mpi_int'),
      byte: address('ompi_mpi_byte'),
    },
    combinations: {
      max: address('ompi_mpi_op_max'),
      min: address('ompi_mpi_op_min'),
      sum: address('ompi_mpi_op_sum'),
    },
    inPlace: 1n,
  };
}

/** What only libraries of that family have. */
const OF_OPEN_MPI = 'ompi_mpi_comm_world';

/** Where libraries are, by platform. Both families call theirs libmpi somewhere. */
const FILES: { readonly [Platform in string]: { readonly [Name in Family]: readonly string[] } } = {
  linux: {
    'Open MPI': ['libmpi.so.40', 'libmpi.so'],
    MPICH: ['libmpich.so.12', 'libmpi.so.12', 'libmpich.so', 'libmpi.so'],
  },
  darwin: {
    'Open MPI': ['/opt/homebrew/lib/libmpi.dylib', '/usr/local/lib/libmpi.dylib', 'libmpi.dylib'],
    MPICH: ['/opt/homebrew/lib/libmpi.dylib', '/usr/local/lib/libmpi.dylib', 'libmpi.dylib'],
  },
};

/** The files that are tried for a family, or for both. */
export function candidates(platform: string, family: Family | undefined): readonly string[] {
  const files = FILES[platform];
  if (files === undefined) return [];
  return family === undefined ? [...files['Open MPI'], ...files.MPICH] : files[family];
}

/**
 * The library that a launcher can serve, or the file that was asked for.
 *
 * Errors: `UnrollError` where there is none, or where the file is of another family.
 */
export function findLibrary({ launcher, family, size }: Launch, platform: string, asked?: string): Library {
  const files = asked === undefined ? candidates(platform, family) : [asked];
  const rule = `${launcher} has started ${size} processes, and without its library each would train alone`;
  const refused: string[] = [];
  for (const file of files) {
    const library = load(file);
    if (library === undefined) continue;
    if (family === undefined || library.family === family) return library;
    library.handle.unload();
    refused.push(`${file} is of ${library.family}`);
  }
  throw new UnrollError({
    op: 'initialize',
    what: refused.length > 0 ? refused.join(', ') : `no MPI library can be loaded (tried ${files.join(', ')})`,
    rule,
    mend: family === undefined ? 'Name a file with { library }' : MEND[family],
  });
}

const MEND: { readonly [Name in Family]: string } = {
  'Open MPI': "Install it (on Debian: apt-get install openmpi-bin libopenmpi3), or start with MPICH's mpirun",
  MPICH: "Install it (on Debian: apt-get install mpich libmpich12), or start with Open MPI's mpirun",
};

/** Undefined where there is no such file, or no MPI in it. */
function load(file: string): Library | undefined {
  const handle = open(file);
  if (handle === undefined || !has(handle, 'MPI_Init_thread')) return undefined;
  if (!has(handle, OF_OPEN_MPI)) return { file, family: 'MPICH', handle, names: MPICH };
  koffi.load(file, { global: true }); // Open MPI loads parts of itself, which look for symbols there
  return { file, family: 'Open MPI', handle, names: openMpi(handle) };
}

function open(file: string): LibraryHandle | undefined {
  try {
    return koffi.load(file);
  } catch {
    return undefined;
  }
}

function has(handle: LibraryHandle, symbol: string): boolean {
  try {
    handle.symbol(symbol);
    return true;
  } catch {
    return false;
  }
}

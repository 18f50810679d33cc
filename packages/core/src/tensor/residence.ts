/** What a tensor remembers about its numbers in kernel memory: whose memory it is, and packed forms of it. */
import { type Arena, allocatePersistent, freePersistent, type KernelTable } from '@unroll/kernels';

/** Who owns the kernel memory of a tensor: its numbers are there as long as the epochs agree. */
export type Home = Pick<Arena, 'epoch'>;

/** The home of parameters and other variables, whose numbers stay. */
export const PERSISTENT: Home = { epoch: -1 };

/** Frees what belonged to tensors that nobody holds any more. Only whole dropped models wait for this. */
const reclaimer = new FinalizationRegistry<number>(freePersistent);

/** The byte address of zeros that are freed together with `owner`. */
export function allocateOwned(owner: object, bytes: number): number {
  const address = allocatePersistent(bytes);
  reclaimer.register(owner, address);
  return address;
}

/** Where a `k × n` matrix begins, and how far its rows and columns are apart. */
export interface MatrixPlace {
  readonly at: number;
  readonly row: number;
  readonly col: number;
  readonly n: number;
  readonly k: number;
}

/** A matrix that was read as a right operand and, from the second reading on, its packed form. */
export interface Panel extends MatrixPlace {
  /** In whose order it is packed. */
  readonly kernels: KernelTable;
  /** The memory's epoch and the matrix's version for which it was read, or is packed. */
  epoch: number;
  version: number;
  /** Packing for one product costs as much as it saves, so it waits for the second. */
  isPacked: boolean;
  /** Null until there was memory for it. */
  position: number | null;
}

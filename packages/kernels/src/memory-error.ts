/** Who holds how much of the kernel memory, in bytes. */
export interface MemoryReport {
  /** The whole memory as it has grown so far. */
  readonly total: number;
  /** In parameters, gradients and optimizer state. */
  readonly persistent: number;
  readonly persistentBlocks: number;
  readonly arenas: number;
  /** Arenas that hold memory. */
  readonly arenaCount: number;
  readonly free: number;
}

const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;

/** The kernel memory cannot grow any further. */
export class KernelMemoryError extends Error {
  override readonly name = 'KernelMemoryError';

  /** Bytes of the request that failed. */
  readonly asked: number;
  /** Who held what at that moment. */
  readonly report: MemoryReport;

  constructor(asked: number, report: MemoryReport) {
    super(
      `memory: out of kernel memory. Asked for ${mebibytes(asked)}; ${mebibytes(report.total)} are reserved: ` +
        `${mebibytes(report.arenas)} by ${report.arenaCount} arenas (what recordings compute), ` +
        `${mebibytes(report.persistent)} by ${report.persistentBlocks} persistent blocks (parameters, gradients, optimizer state), ` +
        `${mebibytes(report.free)} free in pieces. ` +
        'A recording keeps every intermediate value: record fewer steps, a smaller batch or shorter windows; sampling and evaluation need no record.',
    );
    this.asked = asked;
    this.report = report;
  }
}

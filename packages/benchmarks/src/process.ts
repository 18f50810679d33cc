/** A contender's process, pinned to as many cores as it has threads, seen from the driver. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Contender } from './contenders.js';
import type { Failure, Greeting, Reply, Request } from './protocol.js';

/** Puts `taskset` in front of a command where there is one: `threads` cores from `core` on. */
export function pinned(command: readonly string[], core: number, threads = 1): [file: string, ...args: string[]] {
  const taskset = spawnSync('taskset', ['--version']).status === 0;
  const [file = '', ...args] = taskset ? ['taskset', '-c', `${core}-${core + threads - 1}`, ...command] : command;
  return [file, ...args];
}

/** Each library's own way to hear how many threads it has. */
export function threadSettings(threads: number): { readonly [variable: string]: string } {
  return { OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
}

/** Ends with {@link ContenderProcess.stop}; any failure of the process fails the request that waits. */
export class ContenderProcess {
  readonly contender: Contender;
  readonly #child: ChildProcessWithoutNullStreams;
  #complaints = '';
  #waiting: { resolve(line: string): void; reject(error: Error): void } | null = null;
  /** Filled once the greeting has come. */
  version = '';

  private constructor(contender: Contender, core: number) {
    this.contender = contender;
    const { command, threads = 1, environment = {} } = contender;
    const [file, ...args] = pinned(command, core, threads);
    this.#child = spawn(file, args, { env: { ...process.env, ...threadSettings(threads), ...environment } });
    this.#child.stderr.on('data', (text: Buffer) => {
      this.#complaints = (this.#complaints + text).slice(-2000);
    });
    this.#child.stdin.on('error', () => {}); // a dead process is reported by its exit
    this.#child.on('error', (error) => this.#waiting?.reject(error));
    this.#child.on('close', (code, signal) => {
      const last = this.#complaints.trim().split('\n').at(-1) ?? '';
      this.#waiting?.reject(new Error(`it ended (${signal ?? code}): ${last}`));
    });
    // Libraries may print what they like, but no line that begins as JSON does.
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) this.#waiting?.resolve(line);
    });
  }

  static async start(contender: Contender, core: number): Promise<ContenderProcess> {
    const started = new ContenderProcess(contender, core);
    const greeting = JSON.parse(await started.#nextLine()) as Greeting;
    started.version = greeting.version;
    return started;
  }

  async ask(request: Request): Promise<Reply> {
    const answer = this.#nextLine();
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const reply = JSON.parse(await answer) as Reply | Failure;
    if ('error' in reply) throw new Error(reply.error);
    return reply;
  }

  stop(): void {
    this.#waiting = null;
    this.#child.kill();
  }

  #nextLine(): Promise<string> {
    if (this.#child.exitCode !== null) return Promise.reject(new Error('it has ended'));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }
}

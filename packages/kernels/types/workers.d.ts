/** The part of workers and modules that threads use, for the reason that `webassembly.d.ts` gives. */
declare class URL {
  constructor(url: string, base: string);
}

interface ImportMeta {
  readonly url: string;
}

/** A worker of a page. Bundlers know `new Worker(new URL(…, import.meta.url))`, written like this, and bring its file. */
declare class Worker {
  constructor(url: URL, options: { type: 'module' });
  addEventListener(
    event: 'message' | 'error',
    listener: (event: { readonly data: unknown; readonly message: string }) => void,
  ): void;
  postMessage(message: unknown): void;
  terminate(): void;
}

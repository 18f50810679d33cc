/** What threads need of a module's own place, for the reason that `webassembly.d.ts` gives. */
interface ImportMeta {
  url: string;
}

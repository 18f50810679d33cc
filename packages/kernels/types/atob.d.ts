/** Every JavaScript runtime has it, but TypeScript declares it in its `dom` library only. */
declare function atob(base64: string): string;

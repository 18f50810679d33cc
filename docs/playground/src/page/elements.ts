/** An element of the page, which must be there. */
export function element<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${kind.name} called ${id}.`);
}

/** A sentence about what is wrong with a field, beside it; null takes it away. */
export function showProblem(id: string, sentence: string | null, field: HTMLElement): void {
  const place = element(id, HTMLElement);
  place.textContent = sentence ?? '';
  place.hidden = sentence === null;
  if (sentence === null) field.removeAttribute('aria-invalid');
  else field.setAttribute('aria-invalid', 'true');
}

/** Gives the visitor a file. */
export function download(name: string, contents: Uint8Array | string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([typeof contents === 'string' ? contents : contents.slice()]));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** What `JSON.parse` passes over: an object that gives one name twice, of which readers choose as they like. */

/** The first name that an object of a valid JSON text gives twice; null where none does. */
export function repeatedName(json: string): string | null {
  const objects: Set<string>[] = [];
  let before = '';
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}:]/g)) {
    if (token === '{') objects.push(new Set());
    if (token === '}') objects.pop();
    const names = objects.at(-1);
    if (token === ':' && names !== undefined) {
      const name: string = JSON.parse(before);
      if (names.has(name)) return name;
      names.add(name);
    }
    before = token;
  }
  return null;
}

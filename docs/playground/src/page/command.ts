/** The command that does in Node what the page does. */
import { defaults, flagOf, type Options } from 'example-char-lm';

const names = Object.keys(defaults) as (keyof Options)[];

/** `npm start --`, and then what differs from the command line's own defaults, one option a part. */
export function commandOf(options: Options): string[] {
  const said = names.filter((name) => options[name] !== null && options[name] !== defaults[name]);
  return ['npm start --', ...said.map((name) => `${flagOf(name)} ${quoted(String(options[name]))}`)];
}

/** As a shell reads it back. */
function quoted(value: string): string {
  return /^[\w./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** The text of docs/numbers.md, from what `npm run numbers` has kept beside each example. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const introduction = `# Figures of all examples

What each example reaches, in full, with the seeds that it has by default. \`npm run numbers\` runs them all on two cores and writes this
page; it fails where a figure misses what is promised. The same seed gives the same figures on every machine; times are those of the
machine that wrote the page.
`;

const head = ['example', 'figure', 'reached', 'promised', 'published', 'time', 'command'];

/** The whole page. */
export function numbersPage() {
  const rows = readdirSync('examples').flatMap(rowsOf);
  return `${introduction}\n${[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
}

/** An example's rows; its name, time and command stand in the first one. */
function rowsOf(name) {
  const file = `examples/${name}/figures/figures.json`;
  if (!existsSync(file)) return [];
  const { command, seconds, figures } = JSON.parse(readFileSync(file, 'utf8'));
  return figures.map(({ name: what, reached, promised, published, source, reason }, i) => {
    const origin = [published, source].filter((part) => part !== undefined).join('; ');
    const once =
      i === 0 ? [`[${name}](../examples/${name}/README.md)`, `${seconds} s`, `\`${command}\``] : ['', '', ''];
    return [
      once[0],
      what,
      reason === undefined ? reached : `${reached}: ${reason}`,
      promised,
      origin,
      once[1],
      once[2],
    ];
  });
}

/** Runs every example briefly, as its package script `try` says. Needs a build. */
import { readFileSync } from 'node:fs';
import { examplesWith, runScript, twoAtATime } from './examples.mjs';

const failed = [];
await twoAtATime(examplesWith('try'), async (name) => {
  const log = `test-results/try/${name}.txt`;
  const { status, seconds } = await runScript(name, 'try', log);
  console.log(`${status === 0 ? '✓' : '✗'} ${name}, ${seconds} s`);
  if (status === 0) return;
  failed.push(name);
  console.log(readFileSync(log, 'utf8'));
});
if (failed.length > 0) {
  console.error(`✗ ${failed.join(', ')} failed.`);
  process.exit(1);
}

/**
 * Prints `N passed, N failed` from vitest's reports in test-results/, as the last line of `.ci/run`.
 * The argument is the exit status of `npm test`; this program's own is 0 only where that was 0 and the
 * reports agree.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const status = Number(process.argv[2]);
const counts = { passed: 0, failed: 0, skipped: 0 };
const reports = existsSync('test-results') ? readdirSync('test-results').filter((name) => name.endsWith('.json')) : [];

for (const name of reports) {
  try {
    const report = JSON.parse(readFileSync(`test-results/${name}`, 'utf8'));
    counts.passed += report.numPassedTests;
    counts.failed += report.numFailedTests;
    counts.skipped += report.numPendingTests + report.numTodoTests;
    // A file that could not even be loaded holds no test; it counts as one.
    counts.failed += report.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    ).length;
    if (!report.success && counts.failed === 0) counts.failed = 1;
  } catch (error) {
    console.error(`test-results/${name} is not a report: ${error.message}`);
    counts.failed += 1;
  }
}
if (counts.passed + counts.failed === 0) {
  console.error('The test runner wrote no report.');
  counts.failed = 1;
}
if (status !== 0 && counts.failed === 0) {
  console.error('Every unit test passed, but another step of npm test failed (see above); it counts as one.');
  counts.failed = 1;
}
console.log(
  `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`,
);
process.exit(status === 0 && counts.failed === 0 ? 0 : 1);

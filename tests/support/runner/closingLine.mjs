import { writeSync } from 'node:fs';

/** Prints `N passed, N failed` as the very last line, whatever else is printed while Jest winds down. */
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    // A file that cannot even be loaded runs no test, and must not look green.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    process.once('exit', () => writeSync(1, `${results.numPassedTests} passed, ${failed} failed\n`));
  }
}

// `npm test`: everything that has to hold before a change lands, from a fresh clone with nothing but Node and npm.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, ROOT, run } from './workspace.mjs';

const RESULTS = 'coverage/tests.json';

const STEPS = [
  // First: lint and types look at what the package exports.
  ['build', 'npm', ['run', '--silent', 'build']],
  ['format', 'npm', ['run', '--silent', 'format:check']],
  ['lint', 'npm', ['run', '--silent', 'lint']],
  ['types', 'npm', ['run', '--silent', 'types']],
  ['imports', 'npm', ['run', '--silent', 'imports']],
  [
    'unit and e2e tests',
    'npm',
    ['run', '--silent', 'jest', '--', '--maxWorkers=2', '--coverage', '--json', `--outputFile=${RESULTS}`],
  ],
  ['crash test', 'npm', ['run', '--silent', 'crash-test', '--', '--rounds', '5']],
];

ensureInstalled();
const failed = STEPS.filter(([name, command, args]) => {
  console.log(`\n── ${name}`);
  const begun = Date.now();
  const status = run(command, args);
  console.log(
    `── ${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${((Date.now() - begun) / 1000).toFixed(1)} s`,
  );
  return status !== 0;
});
const tests = readTestCounts();
console.log(
  `\n${tests.passed + STEPS.length - failed.length} passed, ${tests.failed + failed.length} failed`,
);
process.exit(failed.length === 0 ? 0 : 1);

function readTestCounts() {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(join(ROOT, RESULTS), 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

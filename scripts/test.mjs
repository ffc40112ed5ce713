// `npm test`, `npm run test:slow` and `npm run test:coverage`: a fresh clone needs only Node and npm. The fast tier is for
// every change; the slow one has the tests that take minutes.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureBuilt, ensureInstalled, ROOT, run, runBuffered } from './workspace.mjs';

const RESULTS = 'coverage/tests.json';
const MS_PER_TICK = 10;

const npm = (script, ...args) => ['npm', ['run', '--silent', script, '--', ...args]];
const jest = (...args) => npm('jest', '--maxWorkers=2', '--json', `--outputFile=${RESULTS}`, ...args);

/** The steps of a group run concurrently. */
const TIERS = {
  fast: [
    // First, because lint and types read the exports of the built package.
    [['build', npm('build')]],
    [
      ['lint', npm('lint')],
      ['types', npm('types')],
      ['format', npm('format:check')],
      ['imports', npm('imports')],
      // Beside the lint, which takes longest and one processor.
      ['crash test, 5 rounds', npm('crash-test', '--rounds', '5')],
    ],
    [['start', ['node', ['scripts/check-start.mjs']]]],
    [['unit and e2e tests', jest('--selectProjects', 'sqlite', 'postgres', 'crippled-postgres')]],
  ],
  slow: [
    [['slow tests', jest('--selectProjects', 'slow', 'postgres-slow')]],
    // Two at a time: while memory is forgotten, most of a round is waited for.
    [
      ['crash test, 10 rounds', npm('crash-test', '--rounds', '10')],
      [
        'crash test while memory is forgotten, on PostgreSQL, 4 rounds',
        npm('crash-test:forget', '--postgres', '--rounds', '4'),
      ],
    ],
    [
      // Four faults in turn.
      ['crash test on PostgreSQL, 16 rounds', npm('crash-test', '--postgres', '--rounds', '16')],
      ['crash test while memory is forgotten, 6 rounds', npm('crash-test:forget', '--rounds', '6')],
    ],
    [['steps of the Dockerfile', npm('test:deploy', '--installed')]],
  ],
  // Apart, because measuring doubles the time of the tests.
  coverage: [
    [['unit and e2e tests on SQLite, with coverage', jest('--coverage', '--selectProjects', 'sqlite')]],
  ],
};

async function perform(name, [command, args], isAlone) {
  const begun = Date.now();
  if (isAlone) console.log(`\n── ${name}`);
  const status = isAlone ? run(command, args) : await runBuffered(command, args);
  console.log(`── ${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds(Date.now() - begun)}`);
  return status === 0;
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Processor time of the child processes, in milliseconds; NaN except on Linux. */
function processorTime() {
  try {
    // The program name, in brackets, may contain spaces.
    const [, fields] = readFileSync('/proc/self/stat', 'utf8').split(') ');
    const [user, system] = fields.split(' ').slice(13, 15).map(Number);
    return (user + system) * MS_PER_TICK;
  } catch {
    return NaN;
  }
}

function readTestCounts() {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(join(ROOT, RESULTS), 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

const tier = process.argv[2];
ensureInstalled();
// The fast tier builds in any case, as a step.
if (tier !== 'fast') ensureBuilt();
const begun = Date.now();
const usedByInstall = processorTime();
rmSync(join(ROOT, RESULTS), { force: true });
// Jest creates the folder only with coverage.
mkdirSync(dirname(join(ROOT, RESULTS)), { recursive: true });
const passed = [];
for (const group of TIERS[tier]) {
  passed.push(...(await Promise.all(group.map(([name, step]) => perform(name, step, group.length === 1)))));
}
const tests = readTestCounts();
const failed = passed.filter((isPassed) => !isPassed).length;
const used = processorTime() - usedByInstall;
console.log(`\n${seconds(Date.now() - begun)} in all, ${seconds(used)} of processor time`);
console.log(`${tests.passed + passed.length - failed} passed, ${tests.failed + failed} failed`);
process.exit(failed === 0 ? 0 : 1);

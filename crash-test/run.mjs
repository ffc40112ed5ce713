/**
 * Kills the service at random moments and checks that every acknowledged write is durable.
 *
 *   npm run crash-test -- --rounds 200 --seed 7
 *
 * Every round writes through HTTP from several clients, kills the program with SIGKILL, starts it again on the same
 * file and compares the file with the ledger of the clients. Exit code 1 means that there are findings; the file is
 * then kept, and its path printed.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CrashTest } from './crash-test.mjs';
import { progressOf } from './progress.mjs';

const MAX_PRINTED = 20;
/** The test was interrupted, without a result. */
const EXIT_STOPPED = 130;
const PROGRAM = new URL('../dist/src/main.js', import.meta.url);

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '50' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error('--rounds has to be a whole number, 1 or more');
  if (!Number.isInteger(seed)) throw new Error('--seed has to be a whole number');
  if (!existsSync(PROGRAM)) throw new Error('The program is not built yet: npm run build');
  return { rounds, seed };
}

async function runRounds(test, { rounds }) {
  const progress = progressOf(rounds);
  let round = 0;
  try {
    while (++round <= rounds) {
      const findings = await test.round(round);
      progress.step(round, test.summary);
      if (findings.length > 0) return findings.map((finding) => `round ${round}: ${finding}`);
    }
    return await test.finish();
  } catch (error) {
    // A program that does not start again, or does not answer, is a finding like a lost row.
    return [`round ${round}: ${error.message}`];
  } finally {
    progress.end();
  }
}

async function main() {
  const options = readOptions();
  const folder = mkdtempSync(join(tmpdir(), 'jarvis-crash-test-'));
  const test = new CrashTest(join(folder, 'jarvis.db'), options.seed);
  let isStopped = false;
  // Several signals may arrive: a terminal and `timeout` signal the whole process group.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      isStopped = true;
      void test.abort().then(() => process.exit(EXIT_STOPPED));
    });
  }
  process.once('exit', () => {
    if (process.exitCode !== 1) rmSync(folder, { recursive: true, force: true });
  });
  console.log(`Crash test: ${options.rounds} rounds, --seed ${options.seed}`);
  try {
    await test.begin();
    const findings = await runRounds(test, options);
    if (!isStopped) report(findings, test, folder);
  } finally {
    await test.abort();
  }
}

function report(findings, test, folder) {
  console.log(`${test.summary}; ${test.details}`);
  if (findings.length === 0) {
    console.log('Every acknowledged row is there, once and whole.');
    return;
  }
  process.exitCode = 1;
  console.error(`\n${findings.length} FINDINGS; the database is kept in ${folder}`);
  for (const finding of findings.slice(0, MAX_PRINTED)) console.error(`  - ${finding}`);
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

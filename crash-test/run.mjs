/**
 * Ends the service, or its database server, at random moments and checks that every acknowledged write is durable.
 *
 *   npm run crash-test -- --rounds 200 --seed 7
 *   npm run crash-test -- --postgres --only server-killed --on-disk
 *
 * Every round writes through HTTP from several clients. On a file, the service is killed with SIGKILL and started again on
 * it. On PostgreSQL (`--postgres`; a server of its own, whose data are in memory unless `--on-disk` is given) the faults are
 * `service`, `starting`, `server-stopped` and `server-killed`; `--only` names one of them. With `--failover` two nodes under
 * Patroni are the server, and the primary is killed. The rows are then compared with the ledger of
 * the clients. Exit code 1 means that there are findings; the database is then kept, and its path printed.
 */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CrashTest } from './crash-test.mjs';
import { missingPrograms } from './failover/cluster.mjs';
import { FailoverStore } from './failover/failover-store.mjs';
import { PostgresStore } from './postgres-store.mjs';
import { progressOf } from './progress.mjs';
import { SqliteStore } from './sqlite-store.mjs';

const MAX_PRINTED = 20;
/** The test was interrupted, without a result. */
const EXIT_STOPPED = 130;
const PROGRAM = new URL('../dist/src/main.js', import.meta.url);

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '50' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      failover: { type: 'boolean', default: false },
      postgres: { type: 'boolean', default: false },
      'on-disk': { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error('--rounds has to be a whole number, 1 or more');
  if (!Number.isInteger(seed)) throw new Error('--seed has to be a whole number');
  if (!existsSync(PROGRAM)) throw new Error('The program is not built yet: npm run build');
  const store = storeOf(values);
  if (values.only !== undefined && !store.faults.includes(values.only))
    throw new Error(`--only has to be one of ${[...new Set(store.faults)].join(', ')}`);
  return { rounds, seed, store, faults: values.only ? [values.only] : store.faults };
}

function storeOf({ failover, postgres, 'on-disk': onDisk }) {
  if (!failover) return postgres ? new PostgresStore({ onDisk }) : new SqliteStore();
  const missing = missingPrograms();
  if (missing.length === 0) return new FailoverStore();
  throw new Error(
    `The failover test needs packages of Debian that are not installed: ${missing.join(', ')}.`,
  );
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
    // The end of the program is known a little later than that of its connections.
    await sleep(500);
    return [`round ${round}: ${error.stack}`, ...test.ended()];
  } finally {
    progress.end();
  }
}

async function main() {
  const { store, ...options } = readOptions();
  const test = new CrashTest(store, options);
  const end = async () => {
    await test.abort();
    if (process.exitCode !== 1) await store.remove();
  };
  let isStopped = false;
  // Several signals may arrive: a terminal and `timeout` signal the whole process group.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      isStopped = true;
      void end().then(() => process.exit(EXIT_STOPPED));
    });
  }
  console.log(`Crash test: ${options.rounds} rounds, --seed ${options.seed}, ${store.name}`);
  try {
    await test.begin();
    const findings = await runRounds(test, options);
    if (!isStopped) await report(findings, test);
  } finally {
    await end();
  }
}

async function report(findings, test) {
  console.log(`${test.summary}; ${test.details}`);
  if (test.store.measured) console.log(`\n${test.store.measured}\n`);
  if (findings.length === 0) {
    console.log('Every acknowledged row is there, once and whole.');
    return;
  }
  process.exitCode = 1;
  console.error(`\n${findings.length} FINDINGS; the database is kept in ${await test.store.keep()}`);
  for (const finding of findings.slice(0, MAX_PRINTED)) console.error(`  - ${finding}`);
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

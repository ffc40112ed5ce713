import { setTimeout as sleep } from 'node:timers/promises';
import { checkOutage, healthWith } from './check-outage.mjs';
import { failover } from './failover/fault.mjs';

/** Delay of a kill while the program starts. */
const START_KILL_AFTER_MS = [20, 1200];
/** How long another instance writes on after a kill, and all of them once the server is back. */
const AFTERMATH_MS = [100, 600];
const OUTAGE_MS = [0, 2000];
/** How long after the server is back the next write may take to succeed. */
const RECOVERED_WITHIN_MS = 10_000;

/**
 * What is done to the service or to its server while it is under load; each returns its findings when the load has ended
 * and everything runs again.
 * @typedef {(test: import('./crash-test.mjs').CrashTest, loads: import('./load.mjs').Load[]) => Promise<string[]>} Fault
 * @type {Readonly<Record<string, Fault>>}
 */
export const FAULTS = {
  service: killService,
  starting: (test, loads) => killService(test, loads, (service) => killWhileStarting(test, service)),
  'server-stopped': (test, loads) => outage(test, loads, (server) => server.stopImmediately()),
  'server-killed': (test, loads) => outage(test, loads, (server) => server.killPostmaster()),
  failover,
};

/** Kills one of the instances; another one must not notice. */
async function killService(test, loads, beforeStart = async () => undefined) {
  const [killed, ...others] = loads;
  killed.expectKill();
  await test.kill(killed.service);
  if (others.length > 0) await sleep(test.random.whole(...AFTERMATH_MS));
  await beforeStart(killed.service);
  for (const other of others) other.finish();
  await Promise.all(loads.map((load) => load.ended()));
  await killed.service.launch();
  await killed.service.ready();
  return [];
}

/** Kills it somewhere between its first line and its first answer. */
export async function killWhileStarting(test, service) {
  await service.launch();
  await sleep(test.random.whole(...START_KILL_AFTER_MS));
  await test.kill(service);
}

/** Ends the server at once and starts it again; the instances keep running. */
async function outage(test, loads, end) {
  const { random, store } = test;
  for (const load of loads) load.expectOutage();
  await end(store.server);
  test.figures.outages++;
  const findings = [];
  for (const { service } of loads) findings.push(...(await checkOutage(service)));
  await sleep(random.whole(...OUTAGE_MS));
  await store.server.start();
  const back = Date.now();
  await Promise.all(loads.map((load) => load.recovered(RECOVERED_WITHIN_MS)));
  test.figures.longestRecoveryMs = Math.max(test.figures.longestRecoveryMs, Date.now() - back);
  await sleep(random.whole(...AFTERMATH_MS));
  for (const load of loads) load.finish();
  await Promise.all(loads.map((load) => load.ended()));
  for (const { service } of loads) {
    const { status, text } = await healthWith(200, service, back + RECOVERED_WITHIN_MS);
    if (status !== 200) findings.push(`though the server is back, GET /health answers ${status} ${text}`);
  }
  return findings;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { checkOutage } from '../check-outage.mjs';

/** How long all clients write on after the failover. */
const AFTERMATH_MS = 1000;
/** Patroni misses a primary after its time to live, and then lets the other one become it. */
const ELECTED_WITHIN_MS = 90_000;
const RECOVERED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

/**
 * Kills the primary with its Patroni in the middle of writing. The instances run on, and go where the primary is; the
 * killed node comes back as a replica before the next round.
 */
export async function failover(test, loads) {
  const { cluster, follower, standstills } = test.store;
  const killed = await cluster.leader();
  for (const load of loads) load.expectOutage();
  const killedAt = Date.now();
  await cluster.killNode(killed);
  test.figures.outages++;
  const findings = [];
  for (const { service } of loads) findings.push(...(await checkOutage(service)));
  await untilFollowed(follower, killed);
  const electedMs = Date.now() - killedAt;
  await Promise.all(loads.map((load) => load.recovered(RECOVERED_WITHIN_MS)));
  await sleep(AFTERMATH_MS);
  for (const load of loads) load.finish();
  await Promise.all(loads.map((load) => load.ended()));
  standstills.push({
    killed: killed.name,
    electedMs,
    standstillMs: longestPause(loads, killedAt),
    acknowledged: loads.reduce((sum, { ledger }) => sum + ledger.acknowledgedRows, 0),
    unanswered: loads.reduce((sum, { ledger }) => sum + ledger.unanswered, 0),
  });
  findings.push(...loads.flatMap(({ ledger }) => idsThatDescend(ledger.entries)));
  await cluster.launch(killed);
  await cluster.settled();
  return findings;
}

async function untilFollowed(follower, killed) {
  for (const deadline = Date.now() + ELECTED_WITHIN_MS; Date.now() < deadline; await sleep(LOOK_EVERY_MS))
    if (follower.leader && follower.leader !== killed) return;
  throw new Error('no other node became the primary');
}

/** The longest time in which no client of any instance was told that something is saved; the kill counts as such a moment. */
function longestPause(loads, killedAt) {
  const times = loads.flatMap(({ ledger }) => ledger.acknowledgedAt);
  const sorted = [...times, killedAt].sort((one, other) => one - other);
  return Math.max(...sorted.slice(1).map((time, index) => time - sorted[index]));
}

/** What a client saves after it was answered has a higher id, also on another primary. */
function idsThatDescend(entries) {
  const last = new Map();
  const findings = [];
  for (const { table, rows, ids } of entries) {
    if (!ids) continue;
    const client = `${table} of client ${rows[0].mark.split('.')[1]}`;
    const all = [last.get(client) ?? 0, ...ids];
    if (all.some((id, index) => index > 0 && id <= all[index - 1]))
      findings.push(`${client}: the ids ${all.join(' ')} do not ascend`);
    last.set(client, ids.at(-1));
  }
  return findings;
}

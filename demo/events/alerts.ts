import { Chance } from '../chance.js';
import { NODES } from '../cluster.js';
import { nodeCpu } from '../cluster-state.js';
import { nodeAt } from '../moves.js';
import { loadNamed, meets, type DailyLoad, type Outage, type Story } from '../story.js';
import { HOUR, MINUTE, SECOND } from '../time.js';
import type { DraftEvent } from './draft.js';
import { NUISANCES, type Nuisance } from './nuisances.js';

/** Each trouble comes once; then the first ones again. */
const NUISANCE_COUNT = 7;
const NUISANCES_OF_A_CALM_DAY = 3;

/** Alerts beside the incident, with what was done about them. A few stay open until the owner finds time. */
export function alertEvents(story: Story): DraftEvent[] {
  return [
    ...nuisanceEvents(story),
    ...story.outages.flatMap((outage) => outageEvents(story, outage)),
    ...cpuEvents(story, loadNamed(story, 'transcoding'), 'A film is being transcoded'),
    ...cpuEvents(story, loadNamed(story, 'build'), 'A build uses all cores'),
    ...(story.calm ? [] : openEvents(story)),
  ];
}

function nuisanceEvents({ seed, start, calm, pause }: Story): DraftEvent[] {
  const chance = new Chance(seed, 'nuisances');
  const count = calm ? NUISANCES_OF_A_CALM_DAY : NUISANCE_COUNT;
  const first = chance.whole(0, NUISANCES.length - 1);
  return Array.from({ length: count }, (_, index) => {
    const at = start + (index + chance.next()) * (23 / count) * HOUR;
    const actedAt = at + chance.between(15, 90) * SECOND;
    const goodAt = actedAt + chance.between(2, 12) * MINUTE;
    const told = tellNuisance(nuisanceAt(first + index), chance, [at, actedAt, goodAt]);
    // Nobody notices it while the monitor is being updated.
    return meets({ from: at, until: goodAt + SECOND }, pause) ? [] : told;
  }).flat();
}

function nuisanceAt(index: number): Nuisance {
  return NUISANCES[index % NUISANCES.length] ?? NUISANCES[0];
}

function tellNuisance(
  { node, severity, by, alert, measured, action, outcome }: Nuisance,
  chance: Chance,
  [at, actedAt, goodAt]: readonly [number, number, number],
): DraftEvent[] {
  const value = chance.whole(measured.min, measured.max);
  return [
    {
      at,
      type: 'alert',
      source: 'monitor',
      severity,
      node,
      summary: alert.summary.replace('#', String(value)),
      details: { ...alert.details, [measured.as]: value },
      resolved: { at: goodAt, by },
    },
    { at: actedAt, type: 'action', source: by, node, ...action },
    { at: goodAt, type: 'status', source: 'monitor', node, ...outcome },
  ];
}

function outageEvents({ moves }: Story, { guest, from, until }: Outage): DraftEvent[] {
  const { vmid, name } = guest;
  const node = nodeAt(moves, guest, from);
  const seconds = Math.round((until - from) / SECOND);
  return [
    {
      at: from + 40 * SECOND,
      type: 'alert',
      severity: 'error',
      source: 'monitor',
      node,
      summary: `${name} does not answer`,
      details: { guest: vmid, probe: 'tcp', tries: 3 },
      resolved: { at: until, by: 'jarvis' },
    },
    {
      at: until - 90 * SECOND,
      type: 'action',
      source: 'jarvis',
      node,
      summary: `Restarted ${name}`,
      details: { tool: 'guest_power', guest: vmid, to: 'running' },
    },
    {
      at: until,
      type: 'status',
      source: 'monitor',
      node,
      summary: `${name} answers again, after ${seconds} s`,
      details: { guest: vmid, seconds },
    },
  ];
}

/** Jarvis waits for work that is meant to be, and closes the alert when it is done. */
function cpuEvents(story: Story, load: DailyLoad, why: string): DraftEvent[] {
  const { node, guest, startsAt, lasts } = load;
  const at = startsAt + 6 * MINUTE;
  const endsAt = startsAt + lasts;
  const machine = NODES.find(({ name }) => name === node);
  if (!machine) return [];
  const cpuPercent = Math.round(nodeCpu(story, machine, at) * 100);
  const summary = `CPU of ${node} is at ${cpuPercent} %`;
  return [
    {
      at,
      type: 'alert',
      severity: 'warning',
      source: 'monitor',
      node,
      summary,
      details: { cpuPercent, limitPercent: 80, minutes: 5 },
      resolved: { at: endsAt, by: 'jarvis' },
    },
    {
      at: at + 25 * SECOND,
      type: 'action',
      source: 'jarvis',
      node,
      summary: `${why} in ${guest}: nothing to repair`,
      details: { tool: 'top_processes', guest },
    },
  ];
}

/** What Jarvis may not or cannot do by itself. Early in the day, because the conversations speak of it. */
function openEvents({ start }: Story): DraftEvent[] {
  const shared = { type: 'alert', source: 'monitor' } as const;
  return [
    {
      ...shared,
      at: start + 3.2 * MINUTE,
      severity: 'error',
      node: 'pve3',
      summary: 'Drive sdb of pve3 has 8 reallocated sectors',
      details: { device: 'sdb', pool: 'tank', reallocated: 8, before: 0, selfTest: 'passed', hours: 31_742 },
    },
    {
      ...shared,
      at: start + 7.4 * MINUTE,
      severity: 'warning',
      node: 'pve4',
      summary: 'pve4 has to be restarted for 2 security updates',
      details: { packages: ['linux-image', 'intel-microcode'], uptimeDays: 96 },
    },
    {
      ...shared,
      at: start + 12.9 * MINUTE,
      severity: 'warning',
      summary: 'The battery of the UPS lasts 9 minutes, half of what it should',
      details: { runtimeMinutes: 9, expectedMinutes: 18, batteryYears: 4 },
    },
  ];
}

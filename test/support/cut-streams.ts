import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { ChangeWriters } from './change-writers.js';
import { CutListener, type Heard } from './cut-listener.js';
import { randomFrom } from './damage.js';
import { ask } from './instances.js';
import type { KilledService } from './killed-service.js';

/** A row of `feed_changes`. */
export interface FeedRow {
  readonly position: number;
  readonly topic: string;
  readonly kind: string;
  readonly ids: string;
}

interface Stage {
  readonly services: readonly KilledService[];
  /** All rows of the feed, in order. */
  readonly feed: () => Promise<readonly FeedRow[]>;
  readonly seed: number;
}

/** What somebody got, or should get: a change with its position. */
interface Told {
  readonly position: number;
  readonly change: string;
}

const CHANGES = 1000;
const LISTENERS = 20;
const CUTS = 50;
const KILLS = 5;
const KEYS = 4;
/** Writers wait for those who listen, so that there is something to hear, to cut and to kill all the time. */
const MAX_AHEAD = 150;
const LOOK_MS = 5;
const WITHIN_MS = 400_000;
const TYPES: Readonly<Record<string, string>> = {
  'events insert': 'event.saved',
  'events update': 'event.resolved',
  'conversations insert': 'message.saved',
  'conversations delete': 'session.deleted',
  'snapshots insert': 'snapshot.saved',
  'preferences upsert': 'preference.changed',
  'preferences delete': 'preference.deleted',
};

/**
 * While a thousand changes are written in groups, those who listen are cut off and services are killed. Then everybody has
 * everything that was committed once, in the order of the feed, and all that was acknowledged is among it.
 */
export async function expectNothingLost({ services, feed, seed }: Stage): Promise<void> {
  const random = randomFrom(seed);
  const where = (): string => services[Math.floor(random() * services.length)]!.url;
  const [{ url }] = services as [KilledService];
  const token = await services[0]!.token();
  const keys = await Promise.all(Array.from({ length: KEYS }, () => readerKey({ url, token })));
  const { body } = await ask({ url, token }, 'GET', '/memory/changes?wait=0');
  const start = String(body['next']);
  const listeners = Array.from({ length: LISTENERS }, (_, number) => {
    const own = randomFrom(seed + 1 + number);
    const key = keys[number % KEYS]!;
    return new CutListener({ where, key, start, cuts: CUTS, changes: CHANGES, random: own });
  });
  const least = (): number => Math.min(...listeners.map(({ heard }) => heard.length));
  const isAhead = (): boolean => writers.acknowledged.length - least() > MAX_AHEAD;
  const writers: ChangeWriters = new ChangeWriters({ where, token, changes: CHANGES, random, isAhead });
  const over = new AbortController();
  // One for each line, and no leak.
  setMaxListeners(0, over.signal);
  const stop = (): void => {
    over.abort();
  };
  const following = listeners.map((listener) => listener.follow(over.signal));
  const working = (async () => {
    await Promise.all([writers.write(over.signal), killAll(services, writers, random, over.signal)]);
    await allHeard(listeners, await feed(), start, over.signal);
  })();
  try {
    await Promise.all([working.finally(stop), ...following]);
  } finally {
    stop();
    await Promise.allSettled([working, ...following]);
  }
  expect(services.reduce((sum, { kills }) => sum + kills, 0)).toBe(KILLS);
  const expected = toldBy(await feed(), start);
  expectGroups(expected);
  expect(countsOf(expected, writers.acknowledged)).toEqual({ lost: [], twice: [] });
  for (const [number, { heard, cuts }] of listeners.entries()) {
    expect(cuts).toBe(CUTS);
    expectSame(heard, expected, `Listener ${number}, seed ${seed}`);
  }
}

/** At moments that are spread over all changes. */
async function killAll(
  services: readonly KilledService[],
  { acknowledged }: ChangeWriters,
  random: () => number,
  over: AbortSignal,
): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    const at = ((kill + 0.1 + 0.8 * random()) * CHANGES) / KILLS;
    while (acknowledged.length < at && !over.aborted) await sleep(LOOK_MS);
    if (over.aborted) return;
    await services[Math.floor(random() * services.length)]!.kill();
  }
}

async function allHeard(
  listeners: readonly CutListener[],
  feed: readonly FeedRow[],
  start: string,
  over: AbortSignal,
): Promise<void> {
  const { length } = toldBy(feed, start);
  const deadline = Date.now() + WITHIN_MS;
  const isDone = ({ heard, cuts }: CutListener): boolean =>
    cuts === CUTS && heard.filter(isChange).length >= length;
  while (!listeners.every(isDone) && !over.aborted) {
    if (Date.now() > deadline) {
      const state = listeners.map(({ heard, cuts }) => `${heard.filter(isChange).length} after ${cuts} cuts`);
      throw new Error(`Not everybody has ${length} changes: ${state.join(', ')}`);
    }
    await sleep(LOOK_MS);
  }
}

const isChange = ({ type }: Heard): boolean => type !== 'resync';

/** After a place, in order. */
function toldBy(feed: readonly FeedRow[], start: string): Told[] {
  const first = Number(start.split('.')[1]);
  return feed
    .filter(({ position }) => position >= first)
    .flatMap(({ position, topic, kind, ids }) => {
      const type = TYPES[`${topic} ${kind}`];
      if (type === undefined) return [];
      return inOrder(JSON.parse(ids) as (string | number)[]).map((id) => ({
        position,
        change: `${type} ${id}`,
      }));
    });
}

function inOrder(ids: readonly (string | number)[]): (string | number)[] {
  return [...ids].sort((one, other) =>
    typeof one === 'number' && typeof other === 'number' ? one - other : one < other ? -1 : 1,
  );
}

function expectSame(heard: readonly Heard[], expected: readonly Told[], who: string): void {
  const changes = heard.filter(isChange);
  const ids = heard.map(({ id }) => id.split('.').map((part, index) => (index > 0 ? Number(part) : part)));
  const disordered = heard.filter((_, index) => index > 0 && !isBefore(ids[index - 1]!, ids[index]!));
  const found = changes.map(({ id, type, data }) => ({
    position: Number(id.split('.')[1]),
    change: `${type} ${String(data['id'] ?? data['sessionId'] ?? data['key'])}`,
  }));
  const compared = countsOf(
    found,
    expected.map(({ change }) => change),
  );
  expect({ who, disordered, ...compared }).toEqual({ who, disordered: [], lost: [], twice: [] });
  expect(found).toEqual(expected);
  // What others may have written while nobody served; nothing else may make anybody read anew.
  const reasons = heard.filter(({ type }) => type === 'resync').map(({ data }) => data['reason']);
  expect(reasons.filter((reason) => reason !== 'unknown_changes')).toEqual([]);
  expect(reasons.length).toBeLessThanOrEqual(KILLS);
}

/** Of the same feed, and later. */
function isBefore(
  [identity, position, n]: readonly unknown[],
  [other, later, more]: readonly unknown[],
): boolean {
  if (identity !== other) return false;
  return Number(position) < Number(later) || (position === later && Number(n) < Number(more));
}

function countsOf(told: readonly Told[], wanted: readonly string[]): { lost: string[]; twice: string[] } {
  const counts = new Map<string, number>();
  for (const { change } of told) counts.set(change, (counts.get(change) ?? 0) + 1);
  const lost = wanted.filter((change) => !counts.has(change));
  return { lost, twice: [...counts].filter(([, count]) => count > 1).map(([change]) => change) };
}

/** Otherwise it is not shown that one can go on within a group. */
function expectGroups(expected: readonly Told[]): void {
  const positions = new Set(expected.map(({ position }) => position));
  expect(expected.length / positions.size).toBeGreaterThan(2);
}

async function readerKey(service: { url: string; token: string }): Promise<string> {
  const { body } = await ask(service, 'POST', '/auth/keys', { send: { name: 'a listener', role: 'reader' } });
  return String(body['secret']);
}

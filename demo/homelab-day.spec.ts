import { beforeAll, describe, expect, it } from '@jest/globals';
import { CreateMessageDto } from '../src/conversations/dto/conversation.request.js';
import { CreateEventsDto } from '../src/events/dto/event.request.js';
import { PreferenceKeyDto, SetPreferenceDto } from '../src/preferences/dto/preference.request.js';
import { CreateSnapshotDto } from '../src/snapshots/dto/snapshot.request.js';
import { validate } from '../src/validation/index.js';
import { makeHomelabDay, makeHomelabMemory, type HomelabDay } from './homelab-day.js';
import { makeStory } from './story.js';

const EVENING = new Date('2026-11-22T21:17:30.123Z');
const DAY_MS = 86_400_000;

/** The demo may be started at any time of day. */
const ENDS = Array.from({ length: 5 }, (_, index) => new Date(EVENING.getTime() + index * 18_386_254));

function timestampsOf({ events, messages, snapshots }: HomelabDay): string[] {
  return [
    ...events.map(({ event }) => event.timestamp),
    ...messages.map(({ timestamp }) => String(timestamp)),
    ...snapshots.map(({ timestamp }) => timestamp),
  ];
}

function pve2DiskAt(day: HomelabDay, timestamp: string): number {
  const { snapshot } = day.snapshots.filter((one) => one.timestamp <= timestamp).at(-1)!;
  return snapshot.storages.find(({ storage, node }) => storage === 'local' && node === 'pve2')!.usedPercent;
}

describe('the homelab day', () => {
  let day: HomelabDay;

  beforeAll(() => {
    day = makeHomelabDay(1, EVENING);
  });

  it('is the same for the same seed and end, and another for another seed', () => {
    expect(JSON.stringify(makeHomelabDay(1, EVENING))).toBe(JSON.stringify(day));
    expect(JSON.stringify(makeHomelabDay(2, EVENING))).not.toBe(JSON.stringify(day));
  });

  it('is accepted by the rules of the service', () => {
    validate(CreateEventsDto, { events: day.events.map(({ event }) => event) });
    for (const message of day.messages) validate(CreateMessageDto, message);
    for (const { snapshot, timestamp } of day.snapshots) validate(CreateSnapshotDto, { snapshot, timestamp });
    for (const [key, value] of Object.entries(day.preferences)) {
      validate(PreferenceKeyDto, { key });
      validate(SetPreferenceDto, { value });
    }
  });

  it('has events of every kind and severity on every node, and alerts of which most are resolved', () => {
    const events = day.events.map(({ event }) => event);
    expect(new Set(events.map(({ type }) => type)).size).toBe(4);
    expect(new Set(events.map(({ source }) => source)).size).toBe(4);
    expect(new Set(events.map(({ severity = 'info' }) => severity)).size).toBe(4);
    const nodes = new Set(events.flatMap(({ node }) => node ?? []));
    expect([...nodes].sort()).toEqual(['pve1', 'pve2', 'pve3', 'pve4']);
    const alerts = day.events.filter(({ event }) => event.type === 'alert');
    const resolvers = new Set(alerts.map(({ resolvedBy }) => resolvedBy));
    expect(resolvers).toEqual(new Set(['jarvis', 'user', undefined]));
    expect(alerts.filter(({ resolvedBy }) => resolvedBy).length).toBeGreaterThan(alerts.length / 2);
  });

  it('has conversations with tool calls, models, tokens and costs that add up', () => {
    const answers = day.messages.filter(({ role }) => role === 'assistant');
    expect(answers.filter(({ toolCalls }) => toolCalls).length).toBeGreaterThan(10);
    expect(new Set(answers.map(({ model }) => model)).size).toBe(2);
    for (const { tokensUsed, inputTokens, outputTokens } of answers) {
      expect(tokensUsed).toBe(inputTokens! + outputTokens!);
    }
    expect(answers.reduce((sum, { costUsd }) => sum + costUsd!, 0)).toBeGreaterThan(0.05);
    const calls = day.messages.filter(({ role, toolCalls }) => role === 'assistant' && toolCalls).length;
    expect(day.messages.filter(({ role }) => role === 'tool')).toHaveLength(calls);
  });

  it('has snapshots of some kilobytes whose figures move', () => {
    for (const { snapshot } of day.snapshots) {
      const bytes = JSON.stringify(snapshot).length;
      expect(bytes).toBeGreaterThan(3000);
      expect(bytes).toBeLessThan(10_000);
      for (const { cpu } of snapshot.nodes) expect(cpu > 0 && cpu < 1).toBe(true);
      for (const { memory } of snapshot.nodes) expect(memory.usedBytes).toBeLessThan(memory.totalBytes);
    }
    const curve = day.snapshots.map(({ snapshot }) => snapshot.nodes[2]!.cpu);
    expect(Math.max(...curve)).toBeGreaterThan(0.75);
    expect(Math.min(...curve)).toBeLessThan(0.15);
  });

  it('says the same of a node in the hourly metric and in the snapshot of that moment', () => {
    const metric = day.events.find(({ event }) => event.type === 'metric' && event.node === 'pve1')!.event;
    const { snapshot } = day.snapshots.find(({ timestamp }) => timestamp === hourOf(metric.timestamp))!;
    expect(metric.summary).toContain(`CPU ${(snapshot.nodes[0]!.cpu * 100).toFixed(1).replace('.0', '')} %`);
  });

  it('has snapshots every minute but for one gap, in which the monitor says nothing', () => {
    const times = day.snapshots.map(({ timestamp }) => Date.parse(timestamp));
    const gaps = times.slice(1).map((time, index) => (time - times[index]!) / 60_000);
    expect(gaps.filter((minutes) => minutes !== 1)).toEqual([25]);
    const { pause } = makeStory(1, EVENING.getTime());
    const silent = day.events.filter(
      ({ event: { source, timestamp } }) =>
        source === 'monitor' && Date.parse(timestamp) >= pause!.from && Date.parse(timestamp) < pause!.until,
    );
    expect(silent).toEqual([]);
  });

  it('moves guests, as the snapshots show and events say', () => {
    const nodesOf = (vmid: number): string[] => {
      const nodes = day.snapshots.map(
        ({ snapshot }) => snapshot.guests.find((one) => one.vmid === vmid)!.node,
      );
      return nodes.filter((node, index) => node !== nodes[index - 1]);
    };
    expect(nodesOf(202)).toEqual(['pve2', 'pve1', 'pve2']);
    expect(nodesOf(304)).toEqual(['pve3', 'pve1']);
    expect(day.events.filter(({ event }) => /^Moved \d/.test(event.summary))).toHaveLength(3);
  });

  it('ends with alerts of every severity above info open', () => {
    const open = day.events.filter(({ event, resolvedBy }) => event.type === 'alert' && !resolvedBy);
    expect(open.map(({ event }) => event.severity).sort()).toEqual([
      'critical',
      'error',
      'error',
      'warning',
      'warning',
      'warning',
    ]);
  });

  it('comes after weeks in which the same has happened, and preferences were changed', () => {
    const { events, preferenceChanges, snapshots } = makeHomelabMemory(1, EVENING);
    const full = events.filter(({ event }) => /^Disk usage of local on pve2 is at 9/.test(event.summary));
    expect(full.filter(({ event }) => event.severity === 'critical')).toHaveLength(7);
    const past = events.slice(0, -day.events.length);
    expect(past.every(({ event: { type }, resolvedBy }) => type !== 'alert' || resolvedBy)).toBe(true);
    for (const list of [events.map(({ event }) => event), snapshots]) {
      const stamps = list.map(({ timestamp }) => timestamp);
      expect(stamps).toEqual([...stamps].sort());
    }
    const last = new Map(preferenceChanges.map(({ key, value }) => [key, value]));
    expect(last.get('alerts.email.address')).toBeNull();
    for (const [key, value] of Object.entries(day.preferences)) expect(last.get(key)).toBe(String(value));
  });

  it('has room for the incident around its night, whenever the day ends', () => {
    for (let end = EVENING.getTime(); end < EVENING.getTime() + DAY_MS; end += 5 * 60_000) {
      const { start, backupAt, askedAt } = makeStory(1, end);
      expect([22, 2, 4, 5]).toContain(new Date(backupAt).getHours());
      expect(backupAt - start).toBeGreaterThan(150 * 60_000);
      expect(askedAt - backupAt).toBeGreaterThan(90 * 60_000);
      expect(end - askedAt).toBeGreaterThan(12 * 60_000);
    }
  });

  it.each(ENDS)('lies within 24 hours and holds together when it ends at %p', (end) => {
    const other = makeHomelabDay(3, end);
    const stamps = timestampsOf(other).sort();
    expect(stamps[0]! >= new Date(end.getTime() - DAY_MS).toISOString()).toBe(true);
    expect(stamps.at(-1)! < end.toISOString()).toBe(true);
    expect(other.events.length).toBeGreaterThanOrEqual(250);
    expect(other.events.length).toBeLessThanOrEqual(500);
    expect(other.snapshots).toHaveLength(1416);
    expect(Object.keys(other.preferences).length).toBeGreaterThanOrEqual(12);
    for (const { event } of other.events) {
      const percent = /^CPU of pve3 is at (\d+) %$/.exec(event.summary)?.[1];
      if (percent) expect(Number(percent)).toBeGreaterThan(80);
    }
    expectConversations(other);
    expectIncident(other);
  });
});

function hourOf(timestamp: string): string {
  return `${timestamp.slice(0, 13)}:00:00.000Z`;
}

function expectConversations({ messages }: HomelabDay): void {
  const sessions = new Set(messages.map(({ sessionId }) => sessionId));
  expect(sessions.size).toBeGreaterThanOrEqual(6);
  expect(sessions.size).toBeLessThanOrEqual(10);
  for (const wanted of sessions) {
    const turns = messages.filter(({ sessionId }) => sessionId === wanted);
    const stamps = turns.map(({ timestamp }) => String(timestamp));
    expect(stamps).toEqual([...new Set(stamps)].sort());
  }
}

/** First the disk, then the backup, then the repair, then the question; and the disk does what the events say. */
function expectIncident(day: HomelabDay): void {
  const story: readonly (readonly [summary: RegExp, resolvedBy?: 'jarvis'])[] = [
    [/^Began to import/],
    [/^Disk usage of local on pve2 is at 80/, 'jarvis'],
    [/^Backup job on pve2 started/],
    [/^Disk usage of local on pve2 is at 91/, 'jarvis'],
    [/^Backup of 204 \(photos\) failed/, 'jarvis'],
    [/^Disk usage of local on pve2 is at 98/, 'jarvis'],
    [/^Looked for what fills local on pve2/],
    [/^Began to delete 6 dumps/],
    [/^Disk usage of local on pve2 is back at 57/],
    [/^Repeated the backup of 204/],
    [/^Backup of 204 \(photos\) finished/],
    [/^Began to move 4 dumps/],
    [/^Disk usage of local on pve2 is at 50/],
  ];
  const found = story.map(([summary]) => day.events.findIndex(({ event }) => summary.test(event.summary)));
  expect(found).toEqual([...found].sort((one, other) => one - other));
  expect(found[0]).toBeGreaterThanOrEqual(0);
  expect(found.map((at) => day.events[at]!.resolvedBy)).toEqual(story.map(([, resolvedBy]) => resolvedBy));
  const when = found.map((at) => day.events[at]!.event.timestamp);
  expect(pve2DiskAt(day, when[0]!)).toBe(61);
  expect(pve2DiskAt(day, when[6]!)).toBe(98.9);
  expect(pve2DiskAt(day, when[9]!)).toBe(57.4);
  expect(day.snapshots.at(-1)!.snapshot.storages[1]!.usedPercent).toBe(50);
  const chat = day.messages.filter(({ sessionId }) => sessionId.endsWith('-backup-failed'));
  expect(String(chat[0]!.timestamp) > when[10]!).toBe(true);
  expect(String(chat[0]!.timestamp) < when[11]!).toBe(true);
}

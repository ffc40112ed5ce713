import { backupTasks, type BackupTask } from './backup-plan.js';
import { Chance } from './chance.js';
import { GUESTS, type Guest } from './cluster.js';
import { DAY, HOUR, lastTime, MINUTE } from './time.js';

/** A time at which one guest did not answer. */
export interface Outage {
  readonly guest: Guest;
  readonly from: number;
  readonly until: number;
}

/** Work that comes every day at the same time and shows in the figures of a node. */
export interface DailyLoad {
  readonly name: 'transcoding' | 'build' | 'game' | 'import';
  readonly node: string;
  /** The guest that does it. */
  readonly guest: string;
  readonly startsAt: number;
  readonly lasts: number;
  /** Share of the node's cores. */
  readonly cpu: number;
}

/** The two moments around which the incident of the day turns. */
export interface Night {
  /** When the backups begin; pve2's disk fills up around it. */
  readonly backupAt: number;
  /** When the owner asks Jarvis about it. */
  readonly askedAt: number;
}

/**
 * What happens on the day, before anybody wrote it down. Events, conversations and snapshots are all told from
 * this one story, which is why they agree.
 */
export interface Story extends Night {
  readonly seed: number;
  readonly start: number;
  /** Not part of the day any more. */
  readonly end: number;
  readonly backups: readonly BackupTask[];
  readonly loads: readonly DailyLoad[];
  readonly outages: readonly Outage[];
}

/** How long the photos are copied to pve2 before the backup begins. */
const IMPORT_LASTS = 130 * MINUTE;
const ROOM_BEFORE_BACKUP = 2.75 * HOUR;
const ROOM_AFTER_BACKUP = 4 * HOUR;
const OUTAGES = 9;
/** These have other parts in the story. */
const SPARED: ReadonlySet<string> = new Set(['photos', 'jarvis', 'valheim']);
/** The longest conversation fits into this. */
const ROOM_FOR_A_CHAT = 20 * MINUTE;

export function makeStory(seed: number, end: number): Story {
  const start = end - DAY;
  const backupAt = nightWithRoom(end);
  const askedAt = Math.min(backupAt + 5.5 * HOUR, end - 25 * MINUTE);
  const night = { backupAt, askedAt };
  return {
    ...night,
    seed,
    start,
    end,
    backups: backupTasks(night),
    loads: dailyLoads(backupAt, end),
    outages: makeOutages(seed, start),
  };
}

/** Whatever the time is when the demo starts, the night has to lie within the day with what leads to it and follows. */
function nightWithRoom(end: number): number {
  const candidates = [2, 4, 5, 22].map((hour) => lastTime(hour, 0, end));
  const fits = (at: number): boolean =>
    end - at >= ROOM_AFTER_BACKUP && at - (end - DAY) >= ROOM_BEFORE_BACKUP;
  return candidates.find(fits) ?? end - DAY / 2;
}

/** When a conversation of this hour begins, so that all of it lies within the day. */
export function chatTime(hour: number, minute: number, end: number): number {
  const earliest = end - DAY + ROOM_FOR_A_CHAT;
  return Math.max(earliest, Math.min(lastTime(hour, minute, end), end - ROOM_FOR_A_CHAT));
}

function dailyLoads(backupAt: number, end: number): DailyLoad[] {
  const importAt = backupAt - IMPORT_LASTS - 20 * MINUTE;
  return [
    load('transcoding', 'pve3', 'media', chatTime(20, 20, end) - 15 * MINUTE, 50 * MINUTE, 0.68),
    load('build', 'pve3', 'runner', chatTime(11, 32, end) - 17 * MINUTE, 26 * MINUTE, 0.7),
    load('game', 'pve4', 'valheim', chatTime(19, 28, end) + 2 * MINUTE, 190 * MINUTE, 0.27),
    load('import', 'pve2', 'photos', importAt, IMPORT_LASTS, 0.34),
  ];
}

function load(
  name: DailyLoad['name'],
  node: string,
  guest: string,
  startsAt: number,
  lasts: number,
  cpu: number,
): DailyLoad {
  return { name, node, guest, startsAt, lasts, cpu };
}

/** Whether the load is on: on the day itself or, before its first start, on the day before. */
export function isOn({ startsAt, lasts }: DailyLoad, moment: number): boolean {
  return (((moment - startsAt) % DAY) + DAY) % DAY < lasts;
}

export function loadNamed(story: Story, name: DailyLoad['name']): DailyLoad {
  const found = story.loads.find((one) => one.name === name);
  if (!found) throw new Error(`The story has no load ${name}.`);
  return found;
}

/** Guests fall over now and then, one at a time. */
function makeOutages(seed: number, start: number): Outage[] {
  const chance = new Chance(seed, 'outages');
  const [first, ...others] = GUESTS.filter(({ name }) => !SPARED.has(name));
  if (!first) return [];
  return Array.from({ length: OUTAGES }, (_, index) => {
    const from = start + index * 2.5 * HOUR + chance.between(20, 130) * MINUTE;
    return { guest: chance.pick([first, ...others]), from, until: from + chance.between(4, 11) * MINUTE };
  });
}

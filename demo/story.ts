import { backupTasks, calmBackupTasks, type BackupTask } from './backup-plan.js';
import { Chance } from './chance.js';
import { GUESTS, type Guest } from './cluster.js';
import { movesOf, type Move } from './moves.js';
import { DAY, HOUR, lastTime, MINUTE } from './time.js';

export interface Span {
  readonly from: number;
  /** Not part of it any more. */
  readonly until: number;
}

/** A time at which one guest did not answer. */
export interface Outage extends Span {
  readonly guest: Guest;
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
  readonly moves: readonly Move[];
  /** When the monitor was updated and looked at nothing. */
  readonly pause?: Span;
  /** Only of a day without the incident. */
  readonly calm?: Calm;
}

/** A day without the incident: how full `local` of pve2 is when it begins and when it ends. */
export interface Calm {
  /** How many days lie between its end and that of the day with the incident. */
  readonly daysBefore: number;
  readonly diskFrom: number;
  readonly diskTo: number;
}

/** How long the photos are copied to pve2 before the backup begins. */
const IMPORT_LASTS = 130 * MINUTE;
const ROOM_BEFORE_BACKUP = 2.75 * HOUR;
const ROOM_AFTER_BACKUP = 4 * HOUR;
const OUTAGES = 3;
const OUTAGES_OF_A_CALM_DAY = 1;
const PAUSE_LASTS = 24 * MINUTE;
/** These have other parts in the story. */
const SPARED: ReadonlySet<string> = new Set(['photos', 'jarvis', 'valheim']);
/** The longest conversation fits into this. */
const ROOM_FOR_A_CHAT = 20 * MINUTE;

export function makeStory(seed: number, end: number): Story {
  const start = end - DAY;
  const backupAt = nightWithRoom(end);
  const askedAt = Math.min(backupAt + 5.5 * HOUR, end - 25 * MINUTE);
  const night = { backupAt, askedAt };
  const pause = pauseAfter(backupAt);
  return {
    ...night,
    seed,
    start,
    end,
    backups: backupTasks(night),
    loads: [...dailyLoads(end), importOf(backupAt)],
    outages: makeOutages(seed, start, OUTAGES).filter((outage) => !meets(outage, pause)),
    moves: movesOf(night, end),
    pause,
  };
}

/** An ordinary day. */
export function makeCalmStory(seed: number, end: number, calm: Calm): Story {
  const start = end - DAY;
  const backupAt = nightWithRoom(end);
  return {
    seed,
    start,
    end,
    backupAt,
    askedAt: end,
    backups: calmBackupTasks(backupAt),
    loads: dailyLoads(end),
    outages: makeOutages(seed, start, OUTAGES_OF_A_CALM_DAY),
    moves: [],
    calm,
  };
}

/** Between two full hours, at which the monitor writes down the figures. */
function pauseAfter(backupAt: number): Span {
  const from = Math.ceil((backupAt + 2 * HOUR) / HOUR) * HOUR + 10 * MINUTE;
  return { from, until: from + PAUSE_LASTS };
}

/** Whether two spans have a moment in common. */
export function meets(one: Span, other: Span | undefined): boolean {
  return other !== undefined && one.from < other.until && other.from < one.until;
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

function importOf(backupAt: number): DailyLoad {
  const startsAt = backupAt - IMPORT_LASTS - 20 * MINUTE;
  return load('import', 'pve2', 'photos', startsAt, IMPORT_LASTS, 0.34);
}

function dailyLoads(end: number): DailyLoad[] {
  return [
    load('transcoding', 'pve3', 'media', chatTime(20, 20, end) - 15 * MINUTE, 50 * MINUTE, 0.68),
    load('build', 'pve3', 'runner', chatTime(11, 32, end) - 17 * MINUTE, 26 * MINUTE, 0.7),
    load('game', 'pve4', 'valheim', chatTime(19, 28, end) + 2 * MINUTE, 190 * MINUTE, 0.27),
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
function makeOutages(seed: number, start: number, count: number): Outage[] {
  const chance = new Chance(seed, 'outages');
  const [first, ...others] = GUESTS.filter(({ name }) => !SPARED.has(name));
  if (!first) return [];
  return Array.from({ length: count }, (_, index) => {
    const from = start + index * (22.5 / count) * HOUR + chance.between(20, 130) * MINUTE;
    return { guest: chance.pick([first, ...others]), from, until: from + chance.between(4, 11) * MINUTE };
  });
}

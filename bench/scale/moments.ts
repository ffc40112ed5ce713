import { Chance } from '../recall/chance.js';
import type { RequestSpec } from '../types.js';
import { SCALE_END, SCALE_START } from './rows.js';

/** As many as are asked for in a round: none of them twice, since an answer that is still right comes from memory. */
const VARIANTS = 100;
const SEED = 14;
const HOUR_MS = 3_600_000;
/** What is as hard to answer. */
const MOMENT_MS = 50_000;
const DAY_MS = 24 * HOUR_MS;
/** The forms in which a timeline is asked for: all of it, an hour, a month, a node, a kind, and around one event. */
const TIMELINES: ((moment: number, id: number) => string)[] = [
  (moment) => `until=${iso(moment)}`,
  (moment) => `since=${iso(moment - HOUR_MS)}&until=${iso(moment)}`,
  (moment) => `since=${iso(moment - 30 * DAY_MS)}&until=${iso(moment)}&limit=200`,
  (moment) => `since=${iso(moment - 365 * DAY_MS)}&until=${iso(moment)}&node=pve-02`,
  (moment) => `since=${iso(moment - 30 * DAY_MS)}&until=${iso(moment)}&kind=resolution`,
  (_, id) => `around=event:${id}&minutes=${30 + (++asked % 60)}`,
];

let asked = 0;

/** @param rows how many events there are. */
export function timelinePages(rows: number): RequestSpec[] {
  const chance = new Chance(SEED);
  return Array.from({ length: VARIANTS }, (_, index) => {
    const reach = SCALE_END - SCALE_START - 365 * DAY_MS;
    const moment = SCALE_END - chance.next() * reach - ++asked;
    const form = TIMELINES[index % TIMELINES.length];
    return get(`/timeline?${form?.(moment, chance.whole(1, rows)) ?? ''}`);
  });
}

/** By day over a year, another year and another grouping each time. */
export function statisticsOfYears(): RequestSpec[] {
  const groups = ['', '&groupBy=severity', '&groupBy=type', '&groupBy=node', '&groupBy=source'];
  return Array.from({ length: VARIANTS }, (_, index) => {
    const until = SCALE_END - (index % 50) * 7 * DAY_MS - ++asked;
    const span = `since=${iso(until - 365 * DAY_MS)}&until=${iso(until)}&timeZone=Europe/Berlin`;
    return get(`/events/stats?interval=day&${span}${groups[index % groups.length] ?? ''}`);
  });
}

/** The ends of hours, days, months and years, where most of an index of spans of time may have to be read; and any. */
export function hardMoments(): number[] {
  const chance = new Chance(SEED);
  const ends = [
    ...range(5).map((index) => Date.UTC(2023 + index, 0, 1)),
    ...range(12).map((month) => Date.UTC(2025, month, 1)),
    ...range(12).map((month) => Date.UTC(2025, month, 10)),
    ...range(12).map((hour) => Date.UTC(2026, 9, 20, 2 * hour)),
  ].map((end) => end - 1);
  return [
    ...ends,
    ...range(10).map(() => Math.floor(SCALE_START + chance.next() * (SCALE_END - SCALE_START))),
  ];
}

/** Pages of what was open at about one moment, none of them asked for before. */
export function openAt(moment: number): RequestSpec[] {
  return range(VARIANTS).map(() => get(`/events?limit=50&openAt=${iso(moment - (++asked % MOMENT_MS))}`));
}

function get(path: string): RequestSpec {
  return { method: 'GET', path: `/api/memory${path}` };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function iso(moment: number): string {
  return new Date(moment).toISOString();
}

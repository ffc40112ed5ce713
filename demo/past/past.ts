import { alertEvents } from '../events/alerts.js';
import { backupEvents } from '../events/backup.js';
import type { DraftEvent } from '../events/draft.js';
import { metricEvents } from '../events/metrics.js';
import { routineEvents } from '../events/routine.js';
import type { Script } from '../conversations/script.js';
import { makeSnapshots, type DemoSnapshot } from '../snapshots.js';
import { makeCalmStory, type Story } from '../story.js';
import { DAY } from '../time.js';
import { pastScripts } from './conversations.js';
import { pastIncidents } from './incidents.js';

/** The days before the one that is told in full. */
export interface Past {
  readonly events: readonly DraftEvent[];
  readonly scripts: readonly Script[];
  readonly snapshots: readonly DemoSnapshot[];
}

/** How many days there are of each; incidents go back further. */
const DAYS = 29;
const DAYS_WITH_SNAPSHOTS = 6;
/** What is left of earlier days. */
const MINUTES_BETWEEN_SNAPSHOTS = 10;
const DISK_PERCENT = { today: 61, aDay: 2.4 };

/** Makes up a month of ordinary days, and the nights on which what happens today has happened before. */
export function makePast({ seed, start, backupAt }: Story): Past {
  const days = Array.from({ length: DAYS }, (_, ago) => calmDay(seed, start, ago)).reverse();
  const recent = days.slice(-DAYS_WITH_SNAPSHOTS);
  const midnight = Math.floor(start / DAY) * DAY;
  return {
    events: [
      ...days.flatMap((day) => [...routineEvents(day), ...backupEvents(day), ...alertEvents(day)]),
      ...recent.flatMap(metricEvents),
      ...pastIncidents(backupAt),
    ],
    scripts: pastScripts(start - DAYS * DAY, midnight, backupAt),
    snapshots: recent.flatMap((day) => makeSnapshots(day, MINUTES_BETWEEN_SNAPSHOTS)),
  };
}

/** @param ago whole days between its end and the beginning of today's. */
function calmDay(seed: number, start: number, ago: number): Story {
  const diskTo = DISK_PERCENT.today - ago * DISK_PERCENT.aDay;
  const calm = { daysBefore: ago + 1, diskFrom: diskTo - DISK_PERCENT.aDay, diskTo };
  return makeCalmStory(seed + 1 + ago, start - ago * DAY, calm);
}

import type { MessageInput } from '../src/conversations/index.js';
import { backupFailed } from './conversations/backup-failed.js';
import { gameServer, morningReport, slowNames, transcoding } from './conversations/daily.js';
import type { Script } from './conversations/script.js';
import { nightReview } from './conversations/night-review.js';
import { transcribe } from './conversations/transcript.js';
import { planUpdates, powerBill, stuckBuild, worriedAboutDrive } from './conversations/upkeep.js';
import { alertEvents } from './events/alerts.js';
import { backupEvents } from './events/backup.js';
import { settle, type DemoEvent } from './events/draft.js';
import { incidentEvents } from './events/incident.js';
import { latestEvents } from './events/latest.js';
import { metricEvents } from './events/metrics.js';
import { upkeepEvents } from './events/moves.js';
import { routineEvents } from './events/routine.js';
import { makePast, type Past } from './past/past.js';
import { PREFERENCES, preferenceChanges, type PreferenceChange } from './preferences.js';
import { makeSnapshots, type DemoSnapshot } from './snapshots.js';
import { makeStory, type Story } from './story.js';
import { DAY } from './time.js';

/** One day of a small cluster, in the order in which it was remembered. */
export interface HomelabDay {
  readonly events: readonly DemoEvent[];
  readonly messages: readonly MessageInput[];
  readonly snapshots: readonly DemoSnapshot[];
  readonly preferences: Readonly<Record<string, string | number | boolean>>;
}

const TOPICS: readonly ((story: Story) => Parameters<typeof settle>[0])[] = [
  metricEvents,
  routineEvents,
  backupEvents,
  incidentEvents,
  upkeepEvents,
  alertEvents,
  latestEvents,
];

const SCENES = [
  morningReport,
  backupFailed,
  stuckBuild,
  slowNames,
  worriedAboutDrive,
  planUpdates,
  gameServer,
  transcoding,
  powerBill,
  nightReview,
];

/**
 * Makes up the 24 hours before `end`. The same seed and end give the same day, to the byte.
 * @param seed any whole number.
 */
export function makeHomelabDay(seed: number, end: Date): HomelabDay {
  return tellDay(makeStory(seed, end.getTime()));
}

/** All that a memory holds which has been in use for some months. */
export interface HomelabMemory {
  readonly day: HomelabDay;
  readonly story: Story;
  /** These of the day and those of the past, oldest first, as all others. */
  readonly events: readonly DemoEvent[];
  readonly messages: readonly MessageInput[];
  readonly snapshots: readonly DemoSnapshot[];
  readonly preferenceChanges: readonly PreferenceChange[];
}

/** Makes up the day before `end` and what was before it. */
export function makeHomelabMemory(seed: number, end: Date): HomelabMemory {
  const story = makeStory(seed, end.getTime());
  const day = tellDay(story);
  const past = makePast(story);
  return {
    day,
    story,
    events: [...settlePast(past, story), ...day.events],
    messages: [...transcribeAll(past.scripts, seed), ...day.messages],
    snapshots: [...past.snapshots, ...day.snapshots],
    preferenceChanges: preferenceChanges(story),
  };
}

const PAST_LASTS = 120 * DAY;

function settlePast({ events }: Past, { start, end }: Story): DemoEvent[] {
  const before = events.filter(({ at }) => at < start);
  return settle(before, { start: start - PAST_LASTS, end });
}

function tellDay(story: Story): HomelabDay {
  return {
    events: settle(
      TOPICS.flatMap((tell) => tell(story)),
      story,
    ),
    messages: transcribeAll(
      SCENES.map((scene) => scene(story)),
      story.seed,
    ),
    snapshots: makeSnapshots(story),
    preferences: PREFERENCES,
  };
}

function transcribeAll(scripts: readonly Script[], seed: number): MessageInput[] {
  return [...scripts]
    .sort((one, other) => one.startsAt - other.startsAt)
    .flatMap((script) => transcribe(script, seed));
}

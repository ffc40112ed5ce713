import type { MessageInput } from '../src/conversations/index.js';
import { backupFailed } from './conversations/backup-failed.js';
import { gameServer, morningReport, slowNames, transcoding } from './conversations/daily.js';
import { transcribe } from './conversations/transcript.js';
import { planUpdates, powerBill, stuckBuild, worriedAboutDrive } from './conversations/upkeep.js';
import { alertEvents } from './events/alerts.js';
import { backupEvents } from './events/backup.js';
import { settle, type DemoEvent } from './events/draft.js';
import { incidentEvents } from './events/incident.js';
import { metricEvents } from './events/metrics.js';
import { routineEvents } from './events/routine.js';
import { PREFERENCES } from './preferences.js';
import { makeSnapshots, type DemoSnapshot } from './snapshots.js';
import { makeStory, type Story } from './story.js';

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
  alertEvents,
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
];

/**
 * Makes up the 24 hours before `end`. The same seed and end give the same day, to the byte.
 * @param seed any whole number.
 */
export function makeHomelabDay(seed: number, end: Date): HomelabDay {
  const story = makeStory(seed, end.getTime());
  const scripts = SCENES.map((scene) => scene(story));
  scripts.sort((one, other) => one.startsAt - other.startsAt);
  return {
    events: settle(
      TOPICS.flatMap((tell) => tell(story)),
      story,
    ),
    messages: scripts.flatMap((script) => transcribe(script, seed)),
    snapshots: makeSnapshots(story),
    preferences: PREFERENCES,
  };
}

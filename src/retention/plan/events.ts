import { CONTENT_TABLES, type ThreadReader } from '../../database/programs.js';
import {
  FORGETTABLE_SEVERITIES,
  type EventRule,
  type ForgettableSeverity,
} from '../../retention-rules/notation.js';

const { name: TABLE } = CONTENT_TABLES.event;
/** After every time. */
const END_OF_TIME = '~';

export interface PlannedEvents {
  readonly severity: ForgettableSeverity;
  readonly ids: readonly number[];
  /** The time of the last one. */
  readonly until: string;
}

/** Events of a severity that somebody has dealt with, the oldest first. */
async function resolvedEvents(
  reader: ThreadReader,
  severity: ForgettableSeverity,
  [since, until]: readonly [string, string],
  limit?: number,
): Promise<PlannedEvents> {
  const text = `SELECT id AS "id", "timestamp" AS "timestamp" FROM ${TABLE}
    WHERE severity = ? AND resolved = true AND "timestamp" >= ? AND "timestamp" < ?
    ORDER BY "timestamp", id ${limit === undefined ? '' : `LIMIT ${limit}`}`;
  const { rows } = await reader.read<{ id: number; timestamp: string }>({
    text,
    values: [severity, since, until],
  });
  return { severity, ids: rows.map(({ id }) => id), until: rows.at(-1)?.timestamp ?? '' };
}

/** What goes by age. */
export async function planEvents(
  reader: ThreadReader,
  rule: EventRule,
  now: string,
): Promise<PlannedEvents[]> {
  const planned: PlannedEvents[] = [];
  for (const severity of FORGETTABLE_SEVERITIES) {
    const before = cutoffOf(rule, severity, now);
    if (before !== '') planned.push(await resolvedEvents(reader, severity, ['', before]));
  }
  return planned.filter(({ ids }) => ids.length > 0);
}

/** What a budget takes of the rest, the least severe first. @param count no more than these. */
export async function giveUpEvents(
  reader: ThreadReader,
  rule: EventRule,
  now: string,
  count: number,
): Promise<PlannedEvents[]> {
  const planned: PlannedEvents[] = [];
  let left = count;
  for (const severity of FORGETTABLE_SEVERITIES) {
    if (left <= 0) break;
    const rest: [string, string] = [cutoffOf(rule, severity, now), END_OF_TIME];
    const found = await resolvedEvents(reader, severity, rest, left);
    if (found.ids.length > 0) planned.push(found);
    left -= found.ids.length;
  }
  return planned;
}

/** The time before which a severity goes; empty where it has no rule. */
function cutoffOf(rule: EventRule, severity: ForgettableSeverity, now: string): string {
  const age = rule[severity];
  return age === undefined ? '' : new Date(Date.parse(now) - age).toISOString();
}

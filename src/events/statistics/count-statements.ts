import { rowsWith, SumStatements, type Query } from '../../database/index.js';
import { EVENT_COUNTS, FORGOTTEN_EVENT_COUNTS } from './event-count.table.js';

const COUNTED = new SumStatements(EVENT_COUNTS.name, EVENT_COUNTS.sums);
const FORGOTTEN = FORGOTTEN_EVENT_COUNTS.name;

/**
 * What to run, in this order and in one unit, to forget events and keep their counts; the last deletes them.
 * @param derivesByTriggers whether the engine lowers the counts of the events that are there by itself.
 */
export function forgettingStatements(ids: readonly number[], derivesByTriggers: boolean): readonly Query[] {
  const those = rowsWith(ids);
  return [
    COUNTED.add(those, FORGOTTEN),
    ...(derivesByTriggers ? [] : [COUNTED.subtract(those)]),
    { text: `DELETE FROM events WHERE ${those.text}`, values: those.values },
  ];
}

/**
 * What to run where events have come back that retention had removed: they are counted with those that are there again.
 * @param ids of events that were added, and had not been there.
 */
export function returningStatements(ids: readonly number[]): readonly Query[] {
  const { text, values } = rowsWith(ids);
  const wasForgotten = `EXISTS (SELECT 1 FROM forgotten_ranges AS forgotten
    WHERE forgotten.kind = 'event' AND events.id BETWEEN forgotten.first_id AND forgotten.last_id)`;
  const lowered = COUNTED.each(
    (sum) => `CASE WHEN kept.${sum} > back.${sum} THEN kept.${sum} - back.${sum} ELSE 0 END`,
  );
  return [
    {
      text: `UPDATE ${FORGOTTEN} AS kept SET ${lowered}
        FROM (${COUNTED.of(`WHERE ${text} AND ${wasForgotten}`)}) AS back WHERE ${COUNTED.isSame('kept', 'back')}`,
      values,
    },
    { text: `DELETE FROM ${FORGOTTEN} WHERE event_count = 0`, values: [] },
  ];
}

/**
 * Counts the events from one quarter of an hour to another again, in one unit. What retention forgot is counted elsewhere.
 * @param until undefined for all that follow.
 */
export function recountingStatements(since: string, until: string | undefined): readonly Query[] {
  const span = (column: string): Query => ({
    text: `"${column}" >= ?${until === undefined ? '' : ` AND "${column}" < ?`}`,
    values: until === undefined ? [since] : [since, until],
  });
  const kept = span('began_at');
  return [
    { text: `DELETE FROM ${EVENT_COUNTS.name} WHERE ${kept.text}`, values: kept.values },
    COUNTED.add(span('timestamp')),
  ];
}

import type { ThreadReader } from '../../database/programs.js';
import type { DraftSection } from './context.types.js';
import { readAll } from '../search/rows.js';
import { MAX_CHARACTERS, readRows, type PreferenceRow } from './rows.js';

const MAX_ROWS = 200;
/** The last change of each key by then. */
const AT = `SELECT h."key" AS "key", substr(h.value, 1, ${MAX_CHARACTERS}) AS "value", h.changed_at AS "updatedAt"
  FROM (SELECT DISTINCT "key" FROM preference_history) AS known
  JOIN preference_history h ON h.id = (
    SELECT n.id FROM preference_history n WHERE n."key" = known."key" AND n.changed_at <= ?
    ORDER BY n.changed_at DESC, n.id DESC LIMIT 1)
  WHERE h.value IS NOT NULL ORDER BY h."key" LIMIT ${MAX_ROWS}`;

/** The preferences by their keys: which ones are there depends on nothing but the budget. */
export async function draftPreferences(reader: ThreadReader, at?: string): Promise<DraftSection> {
  const rows =
    at === undefined
      ? await readRows(reader, 'preference', 'ORDER BY "key" LIMIT ?', [MAX_ROWS])
      : await readAll<PreferenceRow>(reader, { text: AT, values: [at] });
  const drafts = rows.map(({ key, value, updatedAt }) => ({
    kind: 'preference' as const,
    id: key,
    timestamp: updatedAt,
    why: 'set by the owner',
    text: value,
  }));
  return { name: 'preferences', drafts };
}

import type { ThreadReader } from '../../database/programs.js';
import type { DraftSection } from './context.types.js';
import { readRows } from './rows.js';

const MAX_ROWS = 200;

/** The preferences by their keys: which ones are there depends on nothing but the budget. */
export async function draftPreferences(reader: ThreadReader): Promise<DraftSection> {
  const rows = await readRows(reader, 'preference', 'ORDER BY "key" LIMIT ?', [MAX_ROWS]);
  const drafts = rows.map(({ key, value, updatedAt }) => ({
    kind: 'preference' as const,
    id: key,
    timestamp: updatedAt,
    why: 'set by the owner',
    text: value,
  }));
  return { name: 'preferences', drafts };
}

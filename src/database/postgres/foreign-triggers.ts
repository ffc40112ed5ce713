import type { DataSource } from 'typeorm';
import { FUNCTIONS } from '../../../migrations/postgres/1795305606000-change-feed.js';
import { USAGE_FUNCTIONS } from '../../../migrations/postgres/1795305608000-usage.js';
import { SEARCH_FUNCTIONS } from '../../../migrations/postgres/1795305609000-search-index.js';
import { COMPARISON_FUNCTIONS } from '../../../migrations/postgres/1795305611000-snapshot-changes.js';
import { STATISTICS_FUNCTIONS } from '../../../migrations/postgres/1795305612000-event-statistics.js';
import { PREFERENCE_HISTORY_FUNCTION } from '../../../migrations/postgres/1795305613000-preference-history.js';
import { CATALOGUE } from '../catalogue.js';
import { poolOf } from './queries/row-reader.js';

const OWN_FUNCTIONS = [
  ...FUNCTIONS,
  ...USAGE_FUNCTIONS,
  ...SEARCH_FUNCTIONS,
  ...COMPARISON_FUNCTIONS,
  ...STATISTICS_FUNCTIONS,
  PREFERENCE_HISTORY_FUNCTION,
];
const FOREIGN = `SELECT DISTINCT triggers.tgname::text AS "name" FROM pg_trigger AS triggers
  JOIN pg_class AS tables ON tables.oid = triggers.tgrelid
  JOIN pg_proc AS functions ON functions.oid = triggers.tgfoid
  WHERE NOT triggers.tgisinternal AND tables.relnamespace = current_schema()::regnamespace
    AND tables.relname::text = ANY ($1) AND functions.proname::text <> ALL ($2)`;

/**
 * The triggers on our tables that no migration made: a write to one topic may then change another. They are looked up at
 * the start; an engine whose catalogue says nothing of them is taken to have none.
 */
export async function findForeignTriggers(reader: DataSource): Promise<string[]> {
  try {
    const tables = CATALOGUE.map(({ name }) => name);
    const { rows } = await poolOf(reader).query<{ name: string }>(FOREIGN, [tables, OWN_FUNCTIONS]);
    return rows.map(({ name }) => name);
  } catch {
    return [];
  }
}

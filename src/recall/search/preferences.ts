import { CONTENT_TABLES, type ThreadReader } from '../../database/programs.js';
import { passes } from './filters.js';

import { scoreOf, textScore, withDate, type Analysed, type Ranked, type WeightedQuery } from './scoring.js';
import type { SearchFilters } from './search.types.js';

export interface PreferenceRow {
  readonly key: string;
  readonly timestamp: string;
  readonly text: string;
}

/** There are few preferences: no index holds them, and each search reads the newest. */
const MAX_ROWS = 2000;
const MAX_CHARACTERS = 4000;
const MAX_BYTES = 4_194_304;

export async function readPreferences(
  reader: ThreadReader,
  filters: SearchFilters,
): Promise<PreferenceRow[]> {
  const { name, key, timeColumn } = CONTENT_TABLES.preference;
  const text = `SELECT "${key}" AS "key", substr(CAST("value" AS text), 1, ${MAX_CHARACTERS}) AS "value",
    "${timeColumn}" AS "timestamp" FROM "${name}" ORDER BY "${timeColumn}" DESC LIMIT ?`;
  const { rows } = await reader.read<{ key: string; value: string; timestamp: string }>(
    { text, values: [MAX_ROWS] },
    { maxBytes: MAX_BYTES },
  );
  return rows
    .map(({ key: name, value, timestamp }) => ({ key: name, timestamp, text: `${name}\n${value}` }))
    .filter((row) => passes(filters, row));
}

export function rankPreferences(
  preferences: readonly Analysed<PreferenceRow>[],
  query: WeightedQuery,
): Ranked<PreferenceRow>[] {
  return preferences.flatMap(({ row, analysis }) => {
    const frequencies = withDate(analysis.frequencies, row.timestamp, query.units);
    const parts = { text: textScore(query, frequencies, analysis.words) };
    return parts.text === 0 ? [] : [{ row, score: scoreOf(parts), frequencies, parts }];
  });
}

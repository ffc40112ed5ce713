import type { TimeSpan } from '../engine.js';

/** The conditions of a time span. @param column the SQL of the time column. */
export function spanConditions(
  column: string,
  { since, until }: TimeSpan,
): { conditions: string[]; values: string[] } {
  const conditions: string[] = [];
  if (since !== undefined) conditions.push(`${column} >= ?`);
  if (until !== undefined) conditions.push(`${column} < ?`);
  return { conditions, values: [since, until].filter((bound) => bound !== undefined) };
}

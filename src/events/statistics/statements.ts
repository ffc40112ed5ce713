import type { Query } from '../../database/programs.js';
import type { Span } from '../../time/days.js';
import type { StatisticsGroup } from './dto/statistics.request.js';
import { COUNTS } from './event-count.table.js';

/** The most groups of an answer. */
export const MAX_GROUPS = 100;

/** What there is in a bucket: a line for each group, its count and its name. */
export interface BucketRow {
  readonly kept: string | null;
  /** Of what retention has removed. */
  readonly forgotten: string | null;
}

const NEW_LINE = `'\n'`;
const bucketsOf = (buckets: readonly Span[], selection: string): Query => ({
  text: `WITH buckets (since, until) AS (VALUES ${buckets.map(() => '(?, ?)').join(', ')})
    SELECT ${selection} FROM buckets ORDER BY since`,
  values: buckets.flatMap(({ since, until }) => [since, until]),
});

/** Of buckets on quarters of an hour: what was counted as it came. */
export function countedBuckets(buckets: readonly Span[], groupBy: StatisticsGroup | undefined): Query {
  const lines = (table: string): string => countedLines(groupBy, table);
  return bucketsOf(
    buckets,
    `(${lines('event_counts')}) AS "kept", (${lines('forgotten_event_counts')}) AS "forgotten"`,
  );
}

/** Of other buckets, and where only some events are wanted: those that are there. */
export function readBuckets(
  buckets: readonly Span[],
  groupBy: StatisticsGroup | undefined,
  condition: Query,
): Query {
  const inBucket = `FROM events WHERE "timestamp" >= buckets.since AND "timestamp" < buckets.until${condition.text}`;
  const name = groupBy && nameOf(groupBy);
  const lines =
    name === undefined
      ? `SELECT count(*) || ' ' ${inBucket}`
      : linesOf(`SELECT count(*) || ' ' || ${onOneLine(name)} AS counted ${inBucket} GROUP BY ${name}`);
  const { text, values } = bucketsOf(buckets, `(${lines}) AS "kept", NULL AS "forgotten"`);
  return { text, values: [...values, ...condition.values] };
}

/** Whether retention has removed events of a span of quarters. */
export function forgottenIn({ since, until }: Span): Query {
  return {
    text: 'SELECT 1 FROM forgotten_event_counts WHERE began_at >= ? AND began_at < ? LIMIT 1',
    values: [since, until],
  };
}

function countedLines(groupBy: StatisticsGroup | undefined, table: string): string {
  const inBucket = `FROM ${table} WHERE began_at >= buckets.since AND began_at < buckets.until`;
  if (groupBy === undefined) return `SELECT sum(event_count) || ' ' ${inBucket}`;
  if (groupBy === 'node')
    return linesOf(
      `SELECT sum(event_count) || ' ' || ${onOneLine('node')} AS counted ${inBucket} GROUP BY node`,
    );
  const names = Object.entries(COUNTS[groupBy]);
  const others = ['event_count', ...names.map(([, column]) => column)].join(' - ');
  const lines = [...names.map(([name, column]) => `sum(${column}) || ' ${name}'`), `sum(${others}) || ' '`];
  return `SELECT ${lines.join(` || ${NEW_LINE} || `)} ${inBucket}`;
}

/** One group too many says that there are too many. */
function linesOf(groups: string): string {
  return `SELECT string_agg(counted, ${NEW_LINE}) FROM (${groups} LIMIT ${MAX_GROUPS + 1}) AS counted_groups`;
}

function nameOf(groupBy: StatisticsGroup): string {
  if (groupBy === 'node') return `substr(COALESCE(node, ''), 1, 255)`;
  const known = Object.keys(COUNTS[groupBy]).map((value) => `'${value}'`);
  return `CASE WHEN ${groupBy} IN (${known.join(', ')}) THEN ${groupBy} ELSE '' END`;
}

function onOneLine(name: string): string {
  return `replace(${name}, ${NEW_LINE}, ' ')`;
}

import type { ThreadReader } from '../../database/programs.js';
import { readCoverage } from '../../history/coverage/read-coverage.js';
import { bucketsOf, onStep, QUARTER_MS, type Interval } from '../../time/buckets.js';
import type { Span } from '../../time/days.js';
import type { StatisticsGroup } from './dto/statistics.request.js';
import type { StatisticsAnswer } from './dto/statistics.response.js';
import { COUNTS } from './event-count.table.js';
import { conditionOf, type Selection } from './selection.js';
import { countedBuckets, forgottenIn, MAX_GROUPS, readBuckets, type BucketRow } from './statements.js';

export interface StatisticsInput {
  readonly window: Span;
  readonly interval: Interval;
  readonly groupBy: StatisticsGroup | undefined;
  readonly timeZone: string;
  readonly selection: Selection;
  readonly now: string;
}

/** Missing where there are too many groups. */
export type StatisticsOutput =
  Pick<StatisticsAnswer, 'total' | 'groups' | 'buckets' | 'coverage'> | undefined;

/** How many events a bucket has of each group; the name of those without one is empty. */
type Groups = ReadonlyMap<string, number>;

/** Counts the events of a window, and says how well it was watched. */
export async function readStatistics(
  reader: ThreadReader,
  { window, interval, groupBy, timeZone, selection, now }: StatisticsInput,
): Promise<StatisticsOutput> {
  const buckets = bucketsOf(window, interval, timeZone);
  const condition = conditionOf(selection);
  const isRead = ({ since, until }: Span): boolean =>
    condition.text !== '' ||
    interval === 'minute' ||
    !isOnQuarter(since) ||
    !(isOnQuarter(until) || until === window.until);
  const read = buckets.filter(isRead);
  const parts = [
    [buckets.filter((bucket) => !isRead(bucket)), countedBuckets],
    [read, readBuckets],
  ] as const;
  const [rows, coverage, isThinned] = await Promise.all([
    Promise.all(
      parts.map(async ([part, queryOf]) =>
        part.length === 0 ? [] : (await reader.read<BucketRow>(queryOf(part, groupBy, condition))).rows,
      ),
    ),
    readCoverage(reader, { from: window.since, to: window.until, now }),
    lacksEvents(reader, read),
  ]);
  const groupsOf = new Map(
    parts.flatMap(([part], at) =>
      (rows[at] ?? []).map((row, index) => [part[index] ?? window, toGroups(row)]),
    ),
  );
  const counted = buckets.map((bucket) => ({ bucket, groups: groupsOf.get(bucket) ?? new Map() }));
  const totals = addAll(counted.map(({ groups }) => groups));
  if (totals.size > MAX_GROUPS) return undefined;
  return {
    ...toAnswer(counted, totals, groupBy),
    coverage: { ...coverage, gaps: [...coverage.gaps], thinned: isThinned },
  };
}

function toAnswer(
  counted: readonly { readonly bucket: Span; readonly groups: Groups }[],
  totals: Groups,
  groupBy: StatisticsGroup | undefined,
): Pick<StatisticsAnswer, 'total' | 'groups' | 'buckets'> {
  const names = groupBy === undefined ? [] : namesOf(groupBy, totals);
  return {
    total: sumOf(totals),
    groups: names.map((name) => ({ name: name === '' ? null : name, count: totals.get(name) ?? 0 })),
    buckets: counted.map(({ bucket, groups }) => ({
      ...bucket,
      count: sumOf(groups),
      counts: names.map((name) => groups.get(name) ?? 0),
    })),
  };
}

/** Every value that there may be, in its own order; or nodes, those with most events first. */
function namesOf(groupBy: StatisticsGroup, totals: Groups): string[] {
  if (groupBy !== 'node')
    return [...Object.keys(COUNTS[groupBy]), ...((totals.get('') ?? 0) > 0 ? [''] : [])];
  const byCount = [...totals].sort(
    ([name, count], [other, otherCount]) => otherCount - count || (name < other ? -1 : 1),
  );
  return byCount.map(([name]) => name);
}

function toGroups({ kept, forgotten }: BucketRow): Groups {
  return addAll([kept, forgotten].map(linesToGroups));
}

function linesToGroups(lines: string | null): Groups {
  const groups = (lines ?? '').split('\n').filter((line) => line !== '');
  return addAll(
    groups.map((line) => {
      const end = line.indexOf(' ');
      return new Map([[line.slice(end + 1), Number(line.slice(0, end))]]);
    }),
  );
}

function addAll(list: readonly Groups[]): Groups {
  const sums = new Map<string, number>();
  for (const groups of list) {
    for (const [name, count] of groups) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return sums;
}

function sumOf(groups: Groups): number {
  return [...groups.values()].reduce((sum, count) => sum + count, 0);
}

/** Whether retention has removed events of what was read. */
async function lacksEvents(reader: ThreadReader, read: readonly Span[]): Promise<boolean> {
  const [first, last] = [read[0], read.at(-1)];
  if (!first || !last) return false;
  const span = { since: onStep(first.since, QUARTER_MS, Math.floor), until: last.until };
  return (await reader.read(forgottenIn(span))).rows.length > 0;
}

function isOnQuarter(moment: string): boolean {
  return Date.parse(moment) % QUARTER_MS === 0;
}

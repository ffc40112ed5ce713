import type { Match, MatchBounds, ThreadReader } from '../../database/programs.js';
import { readAll } from '../search/rows.js';
import { newestFirst, PatternMatcher, readEventsById, type EventRow } from './event-rows.js';

/** Statistics are made of so many occurrences, the newest. */
export const MAX_EXAMINED = 1000;
/** So many events before one are read where it is older than the examined ones. */
const EARLIER_ROWS = 50;
/** Of the pattern on all nodes so many are read, to show what there is of other nodes. */
const ELSEWHERE_ROWS = 100;
const MAX_COUNTED = 100_000;
/** So many rows that the index does not hold are read. */
const MAX_TAIL_ROWS = 2000;

/** How often there was something: exactly, or at least so often. */
export interface Seen {
  readonly times: number;
  readonly isAtLeast: boolean;
}

/** The occurrences of a pattern: of the events that are in the index, and those that are not yet. Newest first. */
export interface Occurrences {
  /** On the node of the event. */
  readonly examined: readonly EventRow[];
  readonly seen: Seen;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** On the node, before the event, where it is older than the examined ones. */
  readonly before: readonly EventRow[];
  readonly elsewhere: readonly EventRow[];
  readonly seenOnAllNodes: Seen;
}

/** Finds the occurrences of a pattern by its terms in the index, and among the rows that the index does not hold as they are. */
export async function findOccurrences(
  reader: ThreadReader,
  matcher: PatternMatcher,
  event: EventRow,
): Promise<Occurrences> {
  const { term, nodeTerm } = matcher.pattern;
  const search = new OccurrenceSearch(reader, await readTail(reader, event));
  const onNode = (row: EventRow): boolean => matcher.matchesOnNode(row);
  const onAny = (row: EventRow): boolean => matcher.matches(row);
  const newest = await search.newest(nodeTerm, onNode, { newest: MAX_EXAMINED });
  const isCut = newest.length >= MAX_EXAMINED;
  // It may wait to be indexed behind many others.
  const examined = isCut || newest.some(({ id }) => id === event.id) ? newest : [...newest, event];
  const seen = isCut
    ? await search.count(nodeTerm, onNode)
    : { times: examined.length, isAtLeast: search.isTailCut };
  const all = await search.newest(term, onAny, { newest: ELSEWHERE_ROWS });
  const before = isCut ? await search.newest(nodeTerm, onNode, { newest: EARLIER_ROWS, upTo: event.id }) : [];
  const oldest = isCut ? await search.oldest(nodeTerm, onNode) : [];
  const known = [...examined, ...before, ...oldest].sort(newestFirst);
  return {
    examined,
    seen,
    firstSeen: known.at(-1)?.timestamp ?? event.timestamp,
    lastSeen: known[0]?.timestamp ?? event.timestamp,
    before,
    elsewhere: all.filter((row) => row.node !== event.node),
    seenOnAllNodes: await search.count(term, onAny),
  };
}

class OccurrenceSearch {
  constructor(
    private readonly reader: ThreadReader,
    private readonly tail: Tail,
  ) {}

  /** Whether events are left out that wait to be indexed. */
  get isTailCut(): boolean {
    return this.tail.isCut;
  }

  async newest(word: string, isSame: (row: EventRow) => boolean, bounds: MatchBounds): Promise<EventRow[]> {
    const { upTo = Infinity, newest } = bounds;
    const tail = this.tail.rows.filter((row) => row.id <= upTo);
    const rows = [...(await this.indexed({ word }, bounds)), ...tail];
    return rows.filter(isSame).sort(newestFirst).slice(0, newest);
  }

  async oldest(word: string, isSame: (row: EventRow) => boolean): Promise<EventRow[]> {
    const rows = await this.indexed({ word }, { oldest: 1 });
    return rows.filter(isSame);
  }

  /** How often the index and the tail have a pattern. */
  async count(word: string, isSame: (row: EventRow) => boolean): Promise<Seen> {
    const query = this.reader.dialect.search.count('event', { word }, MAX_COUNTED);
    const [row] = await readAll<{ count: number }>(this.reader, query);
    const indexed = Number(row?.count ?? 0);
    const stale = this.tail.stale.size > 0 ? await this.countStale(word) : 0;
    const times = indexed - stale + this.tail.rows.filter(isSame).length;
    return { times, isAtLeast: indexed >= MAX_COUNTED || this.tail.isCut };
  }

  /** Of the newest that the index has, those that are not as they were. */
  private async countStale(word: string): Promise<number> {
    const ids = await this.idsOf({ word }, { newest: MAX_EXAMINED });
    return ids.filter((id) => this.tail.stale.has(id)).length;
  }

  private async indexed(match: Match, bounds: MatchBounds): Promise<EventRow[]> {
    const ids = await this.idsOf(match, bounds);
    return readEventsById(
      this.reader,
      ids.filter((id) => !this.tail.stale.has(id)),
    );
  }

  private async idsOf(match: Match, bounds: MatchBounds): Promise<number[]> {
    const rows = await readAll<{ id: number }>(
      this.reader,
      this.reader.dialect.search.matching('event', match, bounds),
    );
    return rows.map(({ id }) => Number(id));
  }
}

/** The events that the index does not hold, or not as they are now. */
interface Tail {
  /** Those of the same source and type. */
  readonly rows: readonly EventRow[];
  readonly stale: ReadonlySet<number>;
  readonly isCut: boolean;
}

async function readTail(reader: ThreadReader, { source, type }: EventRow): Promise<Tail> {
  const above = await readIds(
    reader,
    `SELECT id FROM events WHERE id > (SELECT coalesce(max(mark), 0) FROM search_marks WHERE kind = 'event')
      ORDER BY id DESC LIMIT ${MAX_TAIL_ROWS}`,
  );
  const stale = await readIds(
    reader,
    `SELECT id FROM search_stale WHERE kind = 'event' ORDER BY id DESC LIMIT ${MAX_TAIL_ROWS}`,
  );
  const ids = [...new Set([...above, ...stale])];
  const rows = await readEventsById(reader, ids);
  return {
    rows: rows.filter((row) => row.source === source && row.type === type),
    stale: new Set(stale),
    isCut: above.length >= MAX_TAIL_ROWS || stale.length >= MAX_TAIL_ROWS,
  };
}

async function readIds(reader: ThreadReader, text: string): Promise<number[]> {
  return (await readAll<{ id: number }>(reader, { text, values: [] })).map(({ id }) => Number(id));
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeCursor, encodeCursor, type Position } from './cursor.js';

/** One page of a list. */
export interface Page<T> {
  readonly items: T[];
  /** The cursor of the next page; `null` on the last page. */
  readonly nextCursor: string | null;
}

/** The request for a page of a list. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Identifies the list with its filters; a cursor is valid only for the scope that it was made for. */
  readonly scope: string;
}

/** The range of a list to read. */
export interface Part {
  /** Only rows after this position. */
  readonly after?: Position | undefined;
  readonly limit: number;
  /** The slice ends before it exceeds this size; it has one row at least. */
  readonly maxBytes?: number;
}

/** The rows of a read. There may be fewer than requested, even none, although the list goes on. */
export interface Slice<Row> {
  readonly rows: Row[];
  /** The position after which the list goes on; `undefined` at its end. */
  readonly next: Position | undefined;
  /** The size of the rows, including the first that did not fit. */
  readonly bytes: number;
}

/** Reads a slice of a list, in the order of the list. */
export type SliceReader<Row> = (part: Part) => Promise<Slice<Row>>;

/** Maps a row to an answer. */
export type ToAnswer<Row, Answer> = (row: Row) => Answer | Promise<Answer>;

/** The largest page: it bounds the memory and the time that one list takes. */
export const MAX_PAGE_BYTES = 4 * 1_048_576;
/** A page up to this size is mapped to an answer in the same turn of the event loop. */
export const SMALL_PAGE_BYTES = 262_144;
/** The slice that is read and mapped between two turns of the event loop. */
const BATCH = { limit: 200, maxBytes: 1_048_576 };
/** How long rows are mapped without a turn of the event loop. */
const MAX_BLOCKING_MS = 10;

/**
 * Reads one page by keyset pagination: the rows after the cursor's (sort key, id). Rows that are inserted between two
 * pages shift nothing, so that no row is repeated or left out.
 */
export async function readPage<Row>(
  { limit, cursor, scope }: PageRequest,
  read: SliceReader<Row>,
  maxBytes = MAX_PAGE_BYTES,
): Promise<Page<Row> & Pick<Slice<Row>, 'bytes'>> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, scope);
  const { rows, next, bytes } = await read({ after, limit, maxBytes });
  return { items: rows, nextCursor: next ? encodeCursor(next, scope) : null, bytes };
}

/** Runs reads; large ones one at a time. */
interface ReadScheduler {
  read<T>(work: () => Promise<T>, bytes?: number): Promise<T>;
}

/**
 * Reads one page and maps its rows to answers. A page that turns out to be large is read again under the scheduler,
 * one at a time: rows are in no budget before they are an answer, and one client may request hundreds of pages at
 * once.
 */
export async function answerPage<Row, Answer>(
  reads: ReadScheduler,
  request: PageRequest,
  read: SliceReader<Row>,
  map: ToAnswer<Row, Answer>,
): Promise<Page<Answer>> {
  const page = await reads.read(() => readPage(request, read, SMALL_PAGE_BYTES));
  if (page.bytes <= SMALL_PAGE_BYTES) return mapPage(page, map);
  const answer = async (): Promise<Page<Answer>> => mapPage(await readPage(request, read), map);
  return reads.read(answer, MAX_PAGE_BYTES);
}

/**
 * The same for rows that may each be large: the size of the page is known before any of them is read.
 * @param sizes reads the same list with the size of each row instead of the row.
 */
export async function answerLargePage<Row, Answer>(
  reads: ReadScheduler,
  request: PageRequest,
  sizes: SliceReader<{ bytes: number }>,
  read: SliceReader<Row>,
  map: ToAnswer<Row, Answer>,
): Promise<Page<Answer>> {
  const { items } = await reads.read(() => readPage(request, sizes));
  const answer = async (): Promise<Page<Answer>> => mapPage(await readPage(request, read), map);
  return reads.read(
    answer,
    items.reduce((sum, { bytes }) => sum + bytes, 0),
  );
}

/**
 * Reads a list from its beginning until there are `limit` rows, in slices with turns of the event loop in between.
 */
export async function readAll<Row, Answer>(
  read: SliceReader<Row>,
  map: ToAnswer<Row, Answer>,
  limit = Infinity,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let after: Position | undefined;
  do {
    if (after) await nextTurn();
    const slice = await read({ ...BATCH, after, limit: Math.min(BATCH.limit, limit - answers.length) });
    await mapInSlices(slice.rows, map, answers);
    after = slice.next;
  } while (after && answers.length < limit);
  return answers;
}

/** Maps rows to answers; where that takes long, as with large rows, it yields to the event loop. */
async function mapInSlices<Row, Answer>(
  rows: readonly Row[],
  map: ToAnswer<Row, Answer>,
  answers: Answer[],
): Promise<void> {
  let startedAt = performance.now();
  for (const row of rows) {
    if (performance.now() - startedAt > MAX_BLOCKING_MS) {
      await nextTurn();
      startedAt = performance.now();
    }
    const answer = map(row);
    answers.push(answer instanceof Promise ? await answer : answer);
  }
}

/** The page with its rows mapped to answers. */
export async function mapPage<Row, Answer>(
  { items, nextCursor }: Page<Row>,
  map: ToAnswer<Row, Answer>,
): Promise<Page<Answer>> {
  return { items: await mapRows(items, map), nextCursor };
}

/** Maps rows to answers. */
export async function mapRows<Row, Answer>(
  rows: readonly Row[],
  map: ToAnswer<Row, Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  await mapInSlices(rows, map, answers);
  return answers;
}

/** The scope of a list: its name and its filters in canonical form. */
export function scopeOf(list: string, filters: object = {}): string {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  return `${list}?${JSON.stringify(given.sort(([a], [b]) => a.localeCompare(b)))}`;
}

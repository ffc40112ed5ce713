import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeCursor, encodeCursor, type Position } from './cursor.js';

/** One page of a list. */
export interface Page<T> {
  readonly items: T[];
  /** Where the next page begins; `null` on the last one. */
  readonly nextCursor: string | null;
}

/** What a caller asks of a list. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Names the list together with its filters; a cursor fits only the scope that it was made for. */
  readonly scope: string;
}

/** A part of a list: from where on, and how much of it at most. */
export interface Part {
  /** Only rows past this place. */
  readonly after?: Position | undefined;
  readonly limit: number;
  /** The rows end before they hold more than this; one row at least is read. */
  readonly mostBytes?: number;
}

/** What was read of a list. There may be less than was asked for, even nothing, although the list goes on. */
export interface Slice<Row> {
  readonly rows: Row[];
  /** The place from which the list goes on; `undefined` at its end. */
  readonly next: Position | undefined;
  /** How large the rows are, and the one that did not fit any more. */
  readonly bytes: number;
}

/** Reads a part of a list, in the order of the list. */
export type SliceReader<Row> = (part: Part) => Promise<Slice<Row>>;

/** Makes a row into an answer. */
export type ToAnswer<Row, Answer> = (row: Row) => Answer | Promise<Answer>;

/** The most that one page holds, so that no list can use up the memory or the time of others. */
const MOST_PAGE_BYTES = 4 * 1_048_576;
/** A page up to this size is made into an answer in the turn in which it was read. */
export const SMALL_PAGE_BYTES = 262_144;
/** What is read and made into answers between two turns of the event loop. */
const STRIDE = { limit: 200, mostBytes: 1_048_576 };
/** How long rows are made into answers without a turn of the event loop. */
const LONGEST_STRETCH_MS = 10;

/**
 * Reads one page by keyset: the rows past the cursor's (moment, id), in that order. Rows that arrive meanwhile shift
 * nothing, so that no row comes twice or is left out.
 */
export async function readPage<Row>(
  { limit, cursor, scope }: PageRequest,
  read: SliceReader<Row>,
  mostBytes = MOST_PAGE_BYTES,
): Promise<Page<Row> & Pick<Slice<Row>, 'bytes'>> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, scope);
  const { rows, next, bytes } = await read({ after, limit, mostBytes });
  return { items: rows, nextCursor: next ? encodeCursor(next, scope) : null, bytes };
}

/** What reads go through: large ones are done one at a time. */
interface Reads {
  read<T>(work: () => Promise<T>, bytes?: number): Promise<T>;
}

/**
 * Reads one page and makes its rows into answers. A page that turns out to be large is read anew when no other is on
 * its way: nobody counts its rows before they are an answer, and one client may ask for hundreds of pages at once.
 */
export async function answerPage<Row, Answer>(
  reads: Reads,
  request: PageRequest,
  read: SliceReader<Row>,
  map: ToAnswer<Row, Answer>,
): Promise<Page<Answer>> {
  const page = await reads.read(() => readPage(request, read, SMALL_PAGE_BYTES));
  if (page.bytes <= SMALL_PAGE_BYTES) return mapPage(page, map);
  const answer = async (): Promise<Page<Answer>> => mapPage(await readPage(request, read), map);
  return reads.read(answer, MOST_PAGE_BYTES);
}

/**
 * The same for rows that may each be large: not even one is read before it is known how large the page is.
 * @param sizes reads the same list with the size of each row in its place.
 */
export async function answerLargePage<Row, Answer>(
  reads: Reads,
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
 * Reads a list from its beginning until there are `limit` rows, whatever the size of the pages. Other work has its turn
 * in between.
 */
export async function readThrough<Row, Answer>(
  read: SliceReader<Row>,
  map: ToAnswer<Row, Answer>,
  limit = Infinity,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let after: Position | undefined;
  do {
    if (after) await nextTurn();
    const slice = await read({ ...STRIDE, after, limit: Math.min(STRIDE.limit, limit - answers.length) });
    await mapInTurns(slice.rows, map, answers);
    after = slice.next;
  } while (after && answers.length < limit);
  return answers;
}

/** Makes rows into answers; where that takes long, as with large rows, other work has its turn in between. */
async function mapInTurns<Row, Answer>(
  rows: readonly Row[],
  map: ToAnswer<Row, Answer>,
  answers: Answer[],
): Promise<void> {
  let begun = performance.now();
  for (const row of rows) {
    if (performance.now() - begun > LONGEST_STRETCH_MS) {
      await nextTurn();
      begun = performance.now();
    }
    const answer = map(row);
    answers.push(answer instanceof Promise ? await answer : answer);
  }
}

/** The same page with its rows made into answers. */
export async function mapPage<Row, Answer>(
  { items, nextCursor }: Page<Row>,
  map: ToAnswer<Row, Answer>,
): Promise<Page<Answer>> {
  const answers: Answer[] = [];
  await mapInTurns(items, map, answers);
  return { items: answers, nextCursor };
}

/** The scope of a list: its name and its filters, in a form that does not depend on how they were written. */
export function scopeOf(list: string, filters: object = {}): string {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  return `${list}?${JSON.stringify(given.sort(([a], [b]) => a.localeCompare(b)))}`;
}

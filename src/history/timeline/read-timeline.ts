import type { ThreadReader } from '../../database/programs.js';
import { readCoverage } from '../coverage/read-coverage.js';
import { centreOf, sourcesOf } from './sources.js';
import { readSource, type Range, type SourceItems } from './read-source.js';
import {
  TIMELINE_KINDS,
  type Place,
  type PlacedItem,
  type TimelineInput,
  type TimelineOutput,
} from './timeline.types.js';

const MINUTE_MS = 60_000;

/** A page, and the window that it is all of. */
interface Page {
  readonly items: readonly PlacedItem[];
  readonly next?: Place | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** One page of everything that happened, newest first. @returns `null` where there is nothing that it shall be centred on. */
export async function readTimeline(
  reader: ThreadReader,
  input: TimelineInput,
): Promise<TimelineOutput | null> {
  const { around, now } = input;
  const centre = around && (await findCentre(reader, around));
  if (around && !centre) return null;
  const window = centre ? windowAround(centre, input) : input;
  const page =
    centre && !input.after
      ? await readAround(reader, { ...input, ...window }, centre)
      : await readPage(reader, { ...input, ...window });
  const to = page.to ?? now;
  const from = page.from ?? page.items.at(-1)?.at ?? to;
  const [coverage, uncomparedSince] = await Promise.all([
    readCoverage(reader, { from: from < to ? from : to, to, now }),
    readUncompared(reader),
  ]);
  return { items: page.items, next: page.next, coverage, uncomparedSince };
}

async function readPage(reader: ThreadReader, input: TimelineInput): Promise<Page> {
  const { since, until, after, limit } = input;
  const { items, end } = await merge(reader, input, { order: 'DESC', since, until, after }, limit);
  return { items, next: end, from: end?.at ?? since, to: after?.at ?? until };
}

/** What is nearest, half of it before and half of it after, or more of one side where the other has less. */
async function readAround(reader: ThreadReader, input: TimelineInput, centre: Place): Promise<Page> {
  const { since = '', until = input.now, limit } = input;
  // The window may end before the centre, or begin after it.
  const upper = until <= centre.at ? { until } : { after: { ...centre, id: centre.id + 1 } };
  const lower = since > centre.at ? { since } : { after: centre };
  const [older, newer] = await Promise.all([
    merge(reader, input, { order: 'DESC', since, ...upper }, limit),
    merge(reader, input, { order: 'ASC', until, ...lower }, limit),
  ]);
  const half = Math.ceil(limit / 2);
  const before = older.items.slice(0, Math.max(half, limit - newer.items.length));
  const after = newer.items.slice(0, limit - before.length);
  const next = before.length < older.items.length ? before.at(-1)?.place : older.end;
  const isWhole = after.length === newer.items.length && !newer.end;
  return {
    items: [...after.reverse(), ...before],
    next,
    from: next?.at ?? since,
    to: isWhole ? until : (after[0]?.at ?? centre.at),
  };
}

/** The first items of all sources, as far as every source has been read. */
async function merge(
  reader: ThreadReader,
  { filters }: TimelineInput,
  range: Range,
  limit: number,
): Promise<SourceItems> {
  const isUp = range.order === 'ASC';
  const order = (one: Place, other: Place): number => (isUp ? compare(one, other) : compare(other, one));
  const parts = await Promise.all(
    sourcesOf(filters).map((source) => readSource(reader, source, filters, range, limit)),
  );
  const [nearest] = parts.flatMap(({ end }) => end ?? []).sort(order);
  const all = parts
    .flatMap(({ items }) => items)
    .filter(({ place }) => !nearest || order(place, nearest) <= 0)
    .sort((one, other) => order(one.place, other.place));
  const items = all.slice(0, limit);
  return { items, end: items.length < all.length ? items.at(-1)?.place : nearest };
}

/** By time, then by kind, then by id. */
function compare(one: Place, other: Place): number {
  if (one.at !== other.at) return one.at < other.at ? -1 : 1;
  if (one.kind !== other.kind) return TIMELINE_KINDS.indexOf(one.kind) - TIMELINE_KINDS.indexOf(other.kind);
  return one.id - other.id;
}

async function findCentre(
  reader: ThreadReader,
  around: NonNullable<TimelineInput['around']>,
): Promise<Place | undefined> {
  const { table, at, id, key = id, only = '1 = 1' } = centreOf(around);
  const { rows } = await reader.read<{ at: string; id: number }>({
    text: `SELECT "${at}" AS "at", "${id}" AS "id" FROM "${table}" WHERE "${key}" = ? AND ${only}
      ORDER BY "${at}" DESC, "${id}" DESC LIMIT 1`,
    values: [around.id],
  });
  const [row] = rows;
  return row && { at: row.at, kind: around.kind, id: Number(row.id) };
}

function windowAround(
  { at }: Place,
  { minutes, since = '', until }: TimelineInput,
): Pick<TimelineInput, 'since' | 'until'> {
  const moment = Date.parse(at);
  const [from, to] = [-minutes * MINUTE_MS, minutes * MINUTE_MS + 1].map((ms) =>
    new Date(moment + ms).toISOString(),
  );
  return {
    since: from !== undefined && from > since ? from : since,
    until: until !== undefined && to !== undefined && until < to ? until : to,
  };
}

async function readUncompared(reader: ThreadReader): Promise<string | null> {
  const { rows } = await reader.read<{ at: string | null }>({
    text: 'SELECT min("timestamp") AS "at" FROM snapshots_to_compare',
    values: [],
  });
  return rows[0]?.at ?? null;
}

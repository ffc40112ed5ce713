import { allPages } from '../../api/all-pages.js';
import { answerOf, api } from '../../api/client.js';
import type { EventRow, Schemas } from '../../api/types.js';
import { iso, type Span } from '../../state/range.js';
import { holesOf, type Hole } from '../../words/gaps.js';
import {
  actionEntry,
  barOf,
  changeEntry,
  messageEntry,
  preferenceEntry,
  problemEntries,
  type Bar,
  type Entry,
} from './entries.js';

/** So many pages of each lane are loaded, the newest first. */
const MOST_PAGES = 10;

export interface Loaded {
  readonly entries: readonly Entry[];
  readonly isCut: boolean;
  /** Whether more is being found: snapshots that are not compared yet. */
  readonly isPartial?: boolean;
}

export interface Problems extends Loaded {
  readonly bars: readonly Bar[];
}

/** What opened in a span, and what was open when it began. */
export async function loadProblems({ since, until }: Span, signal: AbortSignal): Promise<Problems> {
  const severe = { minSeverity: 'warning' as const, limit: 200 };
  const [opened, open] = await Promise.all([
    loadEvents({ ...severe, since: iso(since), until: iso(until) }, signal),
    loadEvents({ ...severe, openAt: iso(since) }, signal),
  ]);
  const rows = [...new Map([...open.rows, ...opened.rows].map((row) => [row.id, row])).values()];
  return { bars: rows.map(barOf), entries: rows.flatMap(problemEntries), isCut: opened.isCut || open.isCut };
}

export async function loadActions({ since, until }: Span, signal: AbortSignal): Promise<Loaded> {
  const query = { type: ['action' as const], since: iso(since), until: iso(until), limit: 200 };
  const { rows, isCut } = await loadEvents(query, signal);
  return { entries: rows.map(actionEntry), isCut };
}

async function loadEvents(
  query: {
    since?: string;
    until?: string;
    openAt?: string;
    minSeverity?: 'warning';
    type?: 'action'[];
    limit: number;
  },
  signal: AbortSignal,
): Promise<{ rows: EventRow[]; isCut: boolean }> {
  const { pages, isCut } = await allPages((cursor) => {
    const params = { query: cursor === undefined ? query : { ...query, cursor } };
    return answerOf(api.GET('/api/memory/events', { params, signal }));
  }, MOST_PAGES);
  return { rows: pages.flatMap(({ events }) => events), isCut };
}

type Item = Schemas['TimelineItemDto'];
const READ = {
  message: messageEntry,
  snapshot: changeEntry,
  preference: preferenceEntry,
} satisfies Partial<Record<Item['kind'], (item: Item) => Entry | undefined>>;

export interface LoadedItems extends Loaded {
  readonly holes: readonly Hole[];
}

export async function loadItems(
  kind: keyof typeof READ,
  { since, until }: Span,
  signal: AbortSignal,
): Promise<LoadedItems> {
  const { pages, isCut } = await allPages((cursor) => {
    const query = { kind: [kind], since: iso(since), until: iso(until), limit: 200 };
    const params = { query: cursor === undefined ? query : { ...query, cursor } };
    return answerOf(api.GET('/api/memory/timeline', { params, signal }));
  }, MOST_PAGES);
  return {
    entries: pages.flatMap(({ timeline }) => timeline.flatMap((item) => READ[kind](item) ?? [])),
    isCut,
    isPartial: kind === 'snapshot' && pages[0]?.uncomparedSince != null,
    holes: holesOf(pages.flatMap(({ coverage }) => coverage.gaps)),
  };
}

/** When something happened, by its kind and id: `event:12`. */
export async function loadMoment(around: string, signal: AbortSignal): Promise<number> {
  const query = { around, minutes: 1, limit: 1 };
  const { timeline } = await answerOf(api.GET('/api/memory/timeline', { params: { query }, signal }));
  return Date.parse(timeline[0]?.at ?? '');
}

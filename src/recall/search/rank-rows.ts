import type { IndexedKind, ThreadReader } from '../../database/programs.js';
import { findCandidates } from './candidates.js';
import { indexFilter, passes } from './filters.js';
import { rankEvents } from './rank-events.js';
import { rankMessages } from './rank-messages.js';
import { rankPreferences, type PreferenceRow } from './preferences.js';
import {
  MAX_SCANNED_CHARACTERS,
  readTexts,
  readTextsById,
  type EventRow,
  type MessageRow,
  type RowOfKind,
} from './rows.js';
import type { Scope } from './scope.js';
import type { Analysed, Ranked } from './scoring.js';
import type { SearchInput } from './search.types.js';
import { analyseAll, type Weighed } from './weigh-query.js';

/** A conversation that is searched by itself needs no index for so many of its newest messages. */
const MAX_SESSION_ROWS = 2000;
const SESSION_BOUNDS = { maxCharacters: MAX_SCANNED_CHARACTERS, maxBytes: 8_388_608 };

export interface RankedRows {
  readonly event: readonly Ranked<EventRow>[];
  readonly message: readonly Ranked<MessageRow>[];
  readonly preference: readonly Ranked<PreferenceRow>[];
}

/** Finds and ranks the rows of each kind, the best first. */
export async function rankRows(
  reader: ThreadReader,
  scope: Scope,
  weighed: Weighed,
  input: SearchInput,
): Promise<RankedRows> {
  const { query, analyser, outside } = weighed;
  const event = rankEvents(await findRows(reader, 'event', scope, weighed, input), query, input.now);
  const messages = await findRows(reader, 'message', scope, weighed, input);
  const newest = scope.message?.newest ?? 0;
  const message = await rankMessages(reader, messages, query, analyser, newest);
  return {
    event: event.sort(byScore),
    message: message.filter(({ row }) => passes(input.filters, row)).sort(byScore),
    preference: rankPreferences(outside.preference, query).sort(byScore),
  };
}

function byScore(one: Ranked<unknown>, other: Ranked<unknown>): number {
  return other.score - one.score;
}

/** The rows of a kind that hold units of the query: those of the index, as they are now, and those outside it. */
async function findRows<Kind extends IndexedKind>(
  reader: ThreadReader,
  kind: Kind,
  scope: Scope,
  weighed: Weighed,
  input: SearchInput,
): Promise<Analysed<RowOfKind[Kind]>[]> {
  const searched = scope[kind];
  if (!searched) return [];
  const found = new Map<number, Analysed<RowOfKind[Kind]>>();
  const outside = weighed.outside[kind] as readonly Analysed<RowOfKind[Kind]>[];
  for (const one of outside) if (passes(input.filters, one.row)) found.set(one.row.id, one);
  const tail = new Set(searched.tail.map(({ id }) => id));
  const rows = [
    ...(await readCandidates(reader, kind, scope, weighed, input)),
    ...(await readSession(reader, kind, searched.newest, input)),
  ].filter((row) => !tail.has(row.id) && passes(input.filters, row));
  for (const one of analyseAll(rows, weighed.analyser)) found.set(one.row.id, one);
  return [...found.values()];
}

async function readCandidates<Kind extends IndexedKind>(
  reader: ThreadReader,
  kind: Kind,
  scope: Scope,
  { analyser, basis: { documents, rows } }: Weighed,
  { filters, now, exceptPattern }: SearchInput,
): Promise<RowOfKind[Kind][]> {
  const searched = scope[kind];
  if (!searched || rows[kind] === 0) return [];
  const ids = await findCandidates(reader, {
    kind,
    units: analyser.units.map((unit, index) => ({ unit, documents: documents[kind][index] ?? 0 })),
    rows: rows[kind],
    filter: {
      ...indexFilter(kind, filters, now),
      ...(exceptPattern !== undefined && { not: { word: exceptPattern } }),
    },
    upTo: Math.min(searched.mark, searched.newest),
  });
  return readTextsById(reader, kind, ids);
}

async function readSession<Kind extends IndexedKind>(
  reader: ThreadReader,
  kind: Kind,
  newest: number,
  { filters: { sessionId } }: SearchInput,
): Promise<RowOfKind[Kind][]> {
  if (sessionId === undefined) return [];
  const where = 'session_id = ? AND id <= ? ORDER BY "timestamp" DESC, id DESC LIMIT ?';
  return readTexts(reader, kind, where, [sessionId, newest, MAX_SESSION_ROWS], SESSION_BOUNDS);
}

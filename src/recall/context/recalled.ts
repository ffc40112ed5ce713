import type { ThreadReader } from '../../database/programs.js';
import { search } from '../search/search.js';
import type { Hit } from '../search/search.types.js';
import type { Draft, DraftSection } from './context.types.js';
import { hasWords } from './conversation.js';
import { eventTextWithEnd } from './event-text.js';
import { quote } from './quote.js';
import { draftTurns, type Messages } from './recalled-turns.js';
import { readRowsByKey, type EventRow, type PreferenceRow } from './rows.js';

export interface RecallInput {
  readonly query: string;
  /** How much may be found. */
  readonly limit: number;
  /** Of a longer text, the part is taken where the query is. */
  readonly maxCharacters: number;
  readonly now: string;
  /** Only what was there before this moment. */
  readonly until?: string | undefined;
}

/** What is worth less than this part of the best of its kind is not worth its tokens. */
const LEAST_PART = 0.5;
const LEAST_SCORE = 0.2;
const MAX_WORDS = 5;
/** Between a question and its answer there may be calls of tools. */
const REACH = 4;

interface Rows {
  readonly event: ReadonlyMap<Hit['key'], EventRow>;
  readonly preference: ReadonlyMap<Hit['key'], PreferenceRow>;
  readonly message: Messages;
}

/** Finds what was said and happened, with the turn that a question or an answer belongs to. */
export async function draftRecalled(reader: ThreadReader, input: RecallInput): Promise<DraftSection> {
  const hits = await findHits(reader, input);
  const rows = await readRowsOf(reader, hits, input.until);
  const drafts = inTurns(hits, rows.message, input.query).flatMap((hit, rank) =>
    draftHit(hit, rows, input).map((draft): Draft => ({ ...draft, place: 4 * rank + (draft.place ?? 0) })),
  );
  return { name: 'recalled', drafts };
}

async function findHits(
  reader: ThreadReader,
  { query, limit, now, until }: RecallInput,
): Promise<readonly Hit[]> {
  const asked = { q: query, filters: { until }, limit, neighbours: REACH, fold: true, explain: false, now };
  const { hits, searched } = await search(reader, asked);
  // By recency, nothing says that it has to do with the query.
  if (searched.order === 'recency') return [];
  // What is only next to what was found comes with it, if it answers it.
  return hits.filter(({ kind, score, matched }) => {
    if (matched.length === 0) return false;
    const best = hits.find((one) => one.kind === kind)?.score ?? 0;
    return score >= Math.max(LEAST_SCORE, LEAST_PART * best);
  });
}

async function readRowsOf(reader: ThreadReader, hits: readonly Hit[], until?: string): Promise<Rows> {
  const keysOf = (kind: Hit['kind']): Hit['key'][] =>
    hits.filter((hit) => hit.kind === kind).map(({ key }) => key);
  const around = hits.flatMap(({ before = [], after = [] }) => [...before, ...after]);
  return {
    event: asOf(await readRowsByKey(reader, 'event', keysOf('event')), until),
    preference: await readRowsByKey(reader, 'preference', keysOf('preference')),
    message: await readRowsByKey(reader, 'message', [...new Set([...keysOf('message'), ...around])]),
  };
}

/** What was resolved later was not yet. */
function asOf(events: Rows['event'], until: string | undefined): Rows['event'] {
  if (until === undefined) return events;
  const open = { resolved: false, resolvedAt: null, resolvedBy: null };
  const rows = [...events].map(
    ([id, event]) => [id, (event.resolvedAt ?? '') < until ? event : { ...event, ...open }] as const,
  );
  return new Map(rows);
}

/**
 * What was said and what happened in turns, so that neither takes all the room; the answers of tools come last, because
 * somebody said in words what was in them. What is asked again is no answer.
 */
function inTurns(hits: readonly Hit[], messages: Messages, query: string): Hit[] {
  const asked = quote(query);
  const said: Hit[] = [];
  const happened: Hit[] = [];
  const fromTools: Hit[] = [];
  for (const hit of hits) {
    const message = hit.kind === 'message' ? messages.get(hit.key) : undefined;
    if (hit.kind !== 'message') happened.push(hit);
    else if (message?.role === 'tool') fromTools.push(hit);
    else if (message && hasWords(message) && quote(message.content) !== asked) said.push(hit);
  }
  const length = Math.max(said.length, happened.length);
  const turns = Array.from({ length }, (_, rank) =>
    [said[rank], happened[rank]].filter((hit) => hit !== undefined),
  );
  return [...turns.map((turn) => turn.sort((one, other) => other.score - one.score)).flat(), ...fromTools];
}

function draftHit(hit: Hit, { event, preference, message }: Rows, { maxCharacters }: RecallInput): Draft[] {
  const { kind, key: id, timestamp } = hit;
  if (kind === 'message') return draftTurns(hit, message, maxCharacters, whyOf(hit));
  const found = kind === 'event' ? event.get(id) : undefined;
  const text = found ? eventTextWithEnd(found) : preference.get(id)?.value;
  const isAlert = found?.type === 'alert';
  return text === undefined ? [] : [{ kind, id, timestamp, why: whyOf(hit), text, isAlert }];
}

function whyOf({ matched, count = 1 }: Hit): string {
  const words = `matches ${matched.slice(0, MAX_WORDS).join(', ')}`;
  return count > 1 ? `${words}; ${count} events say the same` : words;
}

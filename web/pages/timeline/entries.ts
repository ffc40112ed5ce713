import type { EventRow, Schemas } from '../../api/types.js';
import { inWords, spokenIn } from '../../components/message-words.js';
import { severityOf, type Severity } from '../../components/severities.js';
import type { Changes, Page } from '../../state/address.js';
import { placeOf } from '../../state/places.js';
import { changeWords, isLarge } from '../../words/changes.js';
import { length } from '../../words/times.js';

export const LANES = ['problems', 'actions', 'messages', 'changes', 'preferences'] as const;
export type Lane = (typeof LANES)[number];

/** Something that happened, as it stands in a lane and in the list. */
export interface Entry {
  readonly key: string;
  readonly lane: Lane;
  readonly kind: 'Problem' | 'Resolved' | 'Action' | 'Message' | 'Change' | 'Preference';
  readonly at: number;
  readonly title: string;
  readonly node?: string | null | undefined;
  readonly severity?: Severity;
  /** Said by the owner, or a large change: drawn above, or tall. */
  readonly isProminent?: boolean;
  /** What stands at the end of its row. */
  readonly side?: string;
  readonly page: Page;
  readonly query: Changes;
}

/** A problem from its opening to its fixing. */
export interface Bar {
  readonly key: string;
  readonly since: number;
  /** Undefined while it is open. */
  readonly until: number | undefined;
  readonly severity: Severity;
  readonly title: string;
  readonly id: number;
}

type Item = Schemas['TimelineItemDto'];
const MINUTE = 60_000;

export function barOf({ id, timestamp, resolvedAt, severity, summary }: EventRow): Bar {
  return {
    key: `problem ${id}`,
    since: Date.parse(timestamp),
    until: resolvedAt === null ? undefined : Date.parse(resolvedAt),
    severity: severityOf(severity),
    title: summary,
    id,
  };
}

/** A problem as it opened, and as it was fixed. */
export function problemEntries(event: EventRow): Entry[] {
  const { id, timestamp, resolvedAt, resolvedBy, severity, node, summary } = event;
  const about = {
    lane: 'problems',
    node,
    title: summary,
    ...placeOf.event(id),
  } as const;
  const at = Date.parse(timestamp);
  const opened: Entry = {
    ...about,
    key: `problem ${id}`,
    kind: 'Problem',
    at,
    severity: severityOf(severity),
  };
  if (resolvedAt === null) return [opened];
  const fixed = Date.parse(resolvedAt);
  const by = resolvedBy === 'jarvis' ? ' by Jarvis' : resolvedBy === null ? '' : ` by ${resolvedBy}`;
  const side = `after ${length(fixed - at)}${by}`;
  return [opened, { ...about, key: `resolved ${id}`, kind: 'Resolved', at: fixed, side }];
}

export function actionEntry({ id, timestamp, source, node, summary }: EventRow): Entry {
  return {
    key: `action ${id}`,
    lane: 'actions',
    kind: 'Action',
    at: Date.parse(timestamp),
    title: summary,
    node,
    side: source === 'jarvis' ? 'Jarvis' : source,
    ...placeOf.event(id),
  };
}

/** What was said; what tools were asked and answered is left out. */
export function messageEntry({ at, id, title, sessionId }: Item): Entry | undefined {
  const { role, text } = spokenIn(title);
  if (text === '' || (role !== 'user' && role !== 'assistant')) return undefined;
  return {
    key: `message ${id}`,
    lane: 'messages',
    kind: 'Message',
    at: Date.parse(at),
    title: inWords(text),
    isProminent: role === 'user',
    side: role === 'user' ? 'you' : 'Jarvis',
    ...placeOf.message(id, sessionId),
  };
}

/** What a snapshot shows as changed leads to it, compared with a minute before. */
export function changeEntry({ at, id, title, node, changes }: Item): Entry {
  const moment = Date.parse(at);
  return {
    key: `change ${id}`,
    lane: 'changes',
    kind: 'Change',
    at: moment,
    title: changeWords(title),
    node,
    isProminent: isLarge(changes),
    page: 'time-machine',
    query: { at, a: new Date(moment - MINUTE).toISOString() },
  };
}

export function preferenceEntry({ at, id, title }: Item): Entry {
  return {
    key: `preference ${id} ${at}`,
    lane: 'preferences',
    kind: 'Preference',
    at: Date.parse(at),
    title,
    ...placeOf.preference(id),
  };
}

/** The entries of a part of the range, in the order of time. */
export function entriesWithin(
  entries: readonly Entry[],
  { since, until }: { readonly since: number; readonly until: number },
  order: 'oldest' | 'newest',
): Entry[] {
  const sign = order === 'oldest' ? 1 : -1;
  return entries
    .filter(({ at }) => since <= at && at < until)
    .sort((one, other) => sign * (one.at - other.at || one.key.localeCompare(other.key)));
}

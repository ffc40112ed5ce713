import type { EventRow, Gap, Schemas } from '../../api/types.js';
import type { GlyphName } from '../../components/Glyph.js';
import { severityOf } from '../../components/severities.js';
import { changeWords } from '../../words/changes.js';
import { names } from '../../words/names.js';
import { count, counted } from '../../words/numbers.js';
import { length, when } from '../../words/times.js';

type Item = Schemas['TimelineItemDto'];

/** Something that changed, in one line and a second. */
export interface Since {
  readonly key: string;
  readonly at: number;
  readonly mark: GlyphName | 'moved' | 'preferences';
  readonly text: string;
  readonly note?: string | undefined;
  /** What it leads to: an event, or a moment. */
  readonly event?: number;
}

const MOST_EVENTS = 4;
const MOST_CHANGES = 3;
/** What a snapshot says of backups is told by their events. */
const ROUTINE = /^the backup of .* (?:began|ended)/;

/** As many of the weightiest lines as there is room for, newest first. */
export function shownLines(lines: readonly Since[], most: number): Since[] {
  return lines.slice(0, most).sort((one, other) => other.at - one.at);
}

interface Happened {
  readonly events: readonly EventRow[];
  readonly items: readonly Item[];
  readonly gaps: readonly Gap[];
  readonly now: number;
}

/** What changed, the weightiest first: the worst events, what was fixed, gaps, and what moved in the cluster. */
export function sinceLines({ events, items, gaps, now }: Happened): Since[] {
  return [
    ...eventLines(events),
    ...fixedLines(items, now),
    ...gaps.filter(({ what }) => what !== 'anything').map(gapLine),
    ...changeLines(items),
    ...preferenceLines(items),
  ];
}

function eventLines(events: readonly EventRow[]): Since[] {
  return events.slice(0, MOST_EVENTS).map(({ id, timestamp, severity, summary, node, resolvedAt }) => ({
    key: `event:${id}`,
    at: Date.parse(timestamp),
    mark: severityOf(severity),
    text: summary,
    note:
      resolvedAt === null
        ? ['still open', node !== null && !names(summary, node) && `on ${node}`].filter(Boolean).join(' ')
        : `fixed after ${length(Date.parse(resolvedAt) - Date.parse(timestamp))}`,
    event: id,
  }));
}

function gapLine({ from, to, what }: Gap): Since {
  const words = what === 'snapshots' ? 'snapshots' : 'events of the monitor';
  return {
    key: `gap:${from}`,
    at: Date.parse(from),
    mark: 'gap',
    text: `No ${words} for ${length(Date.parse(to) - Date.parse(from))}`,
    note: 'nobody was watching',
  };
}

/** What was fixed is one line for each who fixed it. */
function fixedLines(items: readonly Item[], now: number): Since[] {
  return (['jarvis', 'user'] as const).flatMap((who) => {
    const fixed = items.filter(
      ({ kind, title }) => kind === 'resolution' && title.startsWith(`resolved by ${who}`),
    );
    const [newest, oldest] = [fixed[0], fixed.at(-1)];
    if (!newest || !oldest) return [];
    const [from, to] = [Date.parse(oldest.at), Date.parse(newest.at)];
    return [
      {
        key: `fixed:${who}`,
        at: to,
        mark: 'fixed' as const,
        text: `${who === 'jarvis' ? 'Jarvis fixed' : 'You resolved'} ${counted(fixed.length, 'problem')}`,
        note:
          fixed.length === 1
            ? newest.title.replace(/^resolved by \w+: /, '')
            : `between ${when(from, now)} and ${when(to, now)}`,
      },
    ];
  });
}

function changeLines(items: readonly Item[]): Since[] {
  const changes = items.filter(({ kind, title }) => kind === 'snapshot' && !ROUTINE.test(title));
  const shown = changes.slice(0, MOST_CHANGES).map(({ id, at, title, node }) => ({
    key: `snapshot:${id}`,
    at: Date.parse(at),
    mark: title.includes(' moved ') ? ('moved' as const) : ('info' as const),
    text: changeWords(title),
    note: node !== undefined && !names(title, node) ? `on ${node}` : undefined,
  }));
  const others = changes.slice(MOST_CHANGES);
  const [next] = others;
  if (!next) return shown;
  const text = `${counted(others.length, 'more change')} in the cluster`;
  return [...shown, { key: 'snapshots', at: Date.parse(next.at), mark: 'info', text }];
}

function preferenceLines(items: readonly Item[]): Since[] {
  const set = items.filter(({ kind }) => kind === 'preference');
  const [newest] = set;
  if (!newest) return [];
  const text = set.length === 1 ? newest.title : `${count(set.length)} preferences changed`;
  const note = set.length === 1 ? undefined : `the last: ${newest.title}`;
  return [{ key: 'preferences', at: Date.parse(newest.at), mark: 'preferences', text, note }];
}

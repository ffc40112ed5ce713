import type { LineKind } from '../../cluster/index.js';
import { CONTENT_TABLES } from '../../database/programs.js';
import { shorten } from '../../text/sentences.js';
import type { Around, PlacedItem, TimelineFilters, TimelineKind } from './timeline.types.js';

/** A row as a source reads it, by the columns that it names. */
export type SourceRow = Readonly<Record<string, unknown>>;

/** Where the items of a kind come from: a table that an index has in the order of time. */
export interface Source {
  readonly kind: TimelineKind;
  readonly table: string;
  /** The columns of time and id, by which an index is ordered. */
  readonly at: string;
  readonly id: string;
  /** What is read beside them: expressions by name. */
  readonly columns: Readonly<Record<string, string>>;
  /** A condition of the index. */
  readonly only?: string;
  /** The filter that an index begins with. */
  readonly indexed?: 'node' | 'sessionId';
  /** The column of that filter. */
  readonly column?: string;
  /** The filter that leaves out rows which are read all the same, and whether it does. */
  readonly tested?: 'node';
  /** @returns undefined where the filters leave it out. */
  readonly toItem: (
    row: SourceRow,
    filters: TimelineFilters,
  ) => Omit<PlacedItem, 'place' | 'at' | 'kind'> | undefined;
  /** The column by which what a timeline is centred on is found, where that is another than the id. */
  readonly key?: string;
}

const MAX_TITLE = 300;
/** What is read of a text of which a line is shown. */
const MAX_READ = 1000;
const MAX_SHOWN_VALUE = 120;

const cut = (column: string, most = MAX_READ): string => `substr(CAST("${column}" AS text), 1, ${most})`;

const EVENT = {
  table: CONTENT_TABLES.event.name,
  id: 'id',
  columns: { node: '"node"', severity: '"severity"', summary: cut('summary'), by: '"resolved_by"' },
};

const SOURCES: Readonly<Record<TimelineKind, Source>> = {
  snapshot: {
    kind: 'snapshot',
    table: 'snapshot_changes',
    at: 'timestamp',
    id: 'snapshot_id',
    columns: { lines: '"lines"' },
    tested: 'node',
    toItem: ({ id, lines }, { node }) => toChange(Number(id), String(lines), node),
  },
  event: {
    ...EVENT,
    kind: 'event',
    at: 'timestamp',
    indexed: 'node',
    column: 'node',
    toItem: (row) => ({ id: Number(row['id']), title: titleOf(String(row['summary'])), ...aboutEvent(row) }),
  },
  message: {
    kind: 'message',
    table: CONTENT_TABLES.message.name,
    at: 'timestamp',
    id: 'id',
    columns: { role: '"role"', sessionId: '"session_id"', content: cut('content') },
    indexed: 'sessionId',
    column: 'session_id',
    toItem: ({ id, role, sessionId, content }) => ({
      id: Number(id),
      title: titleOf(`${String(role)}: ${firstLineOf(String(content))}`),
      sessionId: String(sessionId),
    }),
  },
  preference: {
    kind: 'preference',
    table: CONTENT_TABLES.preference_change.name,
    at: 'changed_at',
    id: 'id',
    columns: { key: '"key"', value: cut('value') },
    key: 'key',
    toItem: ({ key, value }) => ({
      id: String(key),
      title: titleOf(
        typeof value === 'string'
          ? `${String(key)} set to ${shorten(oneLine(value), MAX_SHOWN_VALUE)}`
          : `${String(key)} deleted`,
      ),
    }),
  },
  resolution: {
    ...EVENT,
    kind: 'resolution',
    at: 'resolved_at',
    only: '"resolved_at" IS NOT NULL',
    tested: 'node',
    toItem: (row, { node }) =>
      node !== undefined && row['node'] !== node
        ? undefined
        : {
            id: Number(row['id']),
            title: titleOf(
              `resolved by ${typeof row['by'] === 'string' ? row['by'] : 'somebody'}: ${String(row['summary'])}`,
            ),
            ...aboutEvent(row),
          },
  },
};

/** The sources that have what is filtered by: a kind without a node, or without a conversation, is left out. */
export function sourcesOf({ kind, node, sessionId }: TimelineFilters): Source[] {
  return Object.values(SOURCES).filter(
    (source) =>
      (kind?.includes(source.kind) ?? true) &&
      (node === undefined || source.indexed === 'node' || source.tested === 'node') &&
      (sessionId === undefined || source.indexed === 'sessionId'),
  );
}

/** Where the row is that a timeline is centred on: of a snapshot the snapshot itself, which need not have changed anything. */
export function centreOf({ kind }: Around): Pick<Source, 'table' | 'at' | 'id' | 'key' | 'only'> {
  return kind === 'snapshot'
    ? { table: CONTENT_TABLES.snapshot.name, at: 'timestamp', id: 'id' }
    : SOURCES[kind];
}

function aboutEvent({ node, severity }: SourceRow): Pick<PlacedItem, 'node' | 'severity'> {
  return { ...(typeof node === 'string' && { node }), severity: String(severity) };
}

interface Line {
  readonly text: string;
  readonly kind: LineKind;
  readonly node?: string;
}

/** What a snapshot changed, on a node or on all. */
function toChange(id: number, json: string, wanted: string | undefined): ReturnType<Source['toItem']> {
  const all = JSON.parse(json) as readonly Line[];
  const lines = wanted === undefined ? all : all.filter(({ node }) => node === wanted);
  const [first] = lines;
  if (!first) return undefined;
  const isOfOneNode = first.node !== undefined && lines.every(({ node }) => node === first.node);
  const changes = [...new Set(lines.map(({ kind }) => kind))];
  return { id, title: titleOf(joined(lines)), changes, ...(isOfOneNode && { node: first.node }) };
}

/** As many lines as there is room for; of the others it is said how many they are. */
function joined(lines: readonly Line[]): string {
  const shown: string[] = [];
  let room = MAX_TITLE - 20;
  for (const { text } of lines) {
    room -= text.length + 2;
    if (room < 0 && shown.length > 0) break;
    shown.push(text);
  }
  const more = lines.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function titleOf(text: string): string {
  return shorten(oneLine(text), MAX_TITLE);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function firstLineOf(text: string): string {
  return text.trimStart().split('\n', 1)[0] ?? '';
}

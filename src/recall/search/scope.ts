import { INDEXED_KINDS, type IndexedKind, type ThreadReader } from '../../database/programs.js';
import { searchedKinds } from './filters.js';
import { readAll, readTexts, tableOf, type RowOfKind } from './rows.js';
import type { SearchInput, SearchKind } from './search.types.js';

/** So many rows that the index does not hold are read by each search. */
const MAX_TAIL_ROWS = 2000;

/** What of a kind is searched: the index up to its mark, and the rows above it. */
export interface KindScope<Kind extends IndexedKind> {
  readonly mark: number;
  /** The newest row that is searched. */
  readonly newest: number;
  /** How many rows the index holds. */
  readonly indexed: number;
  /** Rows that are not in the index, or not as they are now, newest first. */
  readonly tail: readonly RowOfKind[Kind][];
  /** Whether there are more of them. */
  readonly isTailCut: boolean;
}

export interface Scope {
  readonly kinds: readonly SearchKind[];
  readonly event?: KindScope<'event'>;
  readonly message?: KindScope<'message'>;
}

/** Reads what is searched: on a further page, the rows that were there on the first. */
export async function openScope(reader: ThreadReader, input: SearchInput): Promise<Scope> {
  const kinds = searchedKinds(input);
  const marks = await readAll<{ kind: IndexedKind; mark: number; rows: number }>(reader, {
    text: 'SELECT kind, mark, rows FROM search_marks',
    values: [],
  });
  const scope: { -readonly [Key in keyof Scope]: Scope[Key] } = { kinds };
  const stateOf = (kind: IndexedKind): { mark: number; rows: number } =>
    marks.find((one) => one.kind === kind) ?? { mark: 0, rows: 0 };
  if (kinds.includes('event')) scope.event = await openKind(reader, 'event', input, stateOf('event'));
  if (kinds.includes('message')) scope.message = await openKind(reader, 'message', input, stateOf('message'));
  return scope;
}

async function openKind<Kind extends IndexedKind>(
  reader: ThreadReader,
  kind: Kind,
  { after }: SearchInput,
  state: { readonly mark: number; readonly rows: number },
): Promise<KindScope<Kind>> {
  const newest = after?.newest[kind] ?? (await newestId(reader, kind));
  const mark = Math.min(Number(state.mark), after?.marks[kind] ?? Infinity);
  const tail = await readTail(reader, kind, mark, newest);
  return {
    mark,
    newest,
    indexed: Number(state.rows),
    tail,
    isTailCut: tail.length >= MAX_TAIL_ROWS,
  };
}

/** The newest rows above the mark, and those below it that were changed since they were indexed. */
async function readTail<Kind extends IndexedKind>(
  reader: ThreadReader,
  kind: Kind,
  mark: number,
  newest: number,
): Promise<RowOfKind[Kind][]> {
  const above = await readTexts(reader, kind, 'id > ? AND id <= ? ORDER BY id DESC LIMIT ?', [
    mark,
    newest,
    MAX_TAIL_ROWS,
  ]);
  const stale = await readTexts(
    reader,
    kind,
    'id IN (SELECT id FROM search_stale WHERE kind = ? AND id <= ? ORDER BY id DESC LIMIT ?)',
    [kind, mark, MAX_TAIL_ROWS - above.length],
  );
  return [...above, ...stale];
}

async function newestId(reader: ThreadReader, kind: IndexedKind): Promise<number> {
  const text = `SELECT coalesce(max(id), 0) AS id FROM ${tableOf(kind).name}`;
  const [row] = await readAll<{ id: number }>(reader, { text, values: [] });
  return Number(row?.id ?? 0);
}

/** Where rows are left out: the last id that the index holds. */
export function indexedUpTo(scope: Scope): Partial<Record<IndexedKind, number>> | undefined {
  const cut = INDEXED_KINDS.flatMap((kind) => {
    const searched = scope[kind];
    return searched?.isTailCut ? [[kind, searched.mark] as const] : [];
  });
  return cut.length === 0 ? undefined : Object.fromEntries(cut);
}

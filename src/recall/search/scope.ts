import { INDEXED_KINDS, type IndexedKind, type ThreadReader } from '../../database/programs.js';
import { searchedKinds } from './filters.js';
import { MAX_SCANNED_CHARACTERS, readAll, takeTexts, tableOf, type RowOfKind } from './rows.js';
import type { SearchInput, SearchKind } from './search.types.js';

/** So many rows that the index does not hold are read by each search. */
const MAX_TAIL_ROWS = 2000;
/** All of their texts together. */
const MAX_TAIL_BYTES = 4_194_304;

/** What of a kind is searched: the index up to its mark, and the rows above it. */
export interface KindScope<Kind extends IndexedKind> {
  readonly mark: number;
  /** The newest row that is searched. */
  readonly newest: number;
  /** How many rows the index holds. */
  readonly indexed: number;
  /** Rows that are not in the index, or not as they are now, newest first. */
  readonly tail: readonly RowOfKind[Kind][];
  /** Where there are more of them: the last row up to which everything is searched. */
  readonly coveredUpTo: number | undefined;
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
  const { tail, isCut } = await readTail(reader, kind, mark, newest);
  const coveredUpTo = isCut ? await lastCovered(reader, kind, mark) : undefined;
  return { mark, newest, indexed: Number(state.rows), tail, coveredUpTo };
}

/** The newest rows above the mark, and those below it that were changed since they were indexed. */
async function readTail<Kind extends IndexedKind>(
  reader: ThreadReader,
  kind: Kind,
  mark: number,
  newest: number,
): Promise<{ tail: RowOfKind[Kind][]; isCut: boolean }> {
  const above = await takeTexts(
    reader,
    kind,
    'id > ? AND id <= ? ORDER BY id DESC LIMIT ?',
    [mark, newest, MAX_TAIL_ROWS],
    { maxCharacters: MAX_SCANNED_CHARACTERS, maxBytes: MAX_TAIL_BYTES },
  );
  const stale = await takeTexts(
    reader,
    kind,
    'id IN (SELECT id FROM search_stale WHERE kind = ? AND id <= ? ORDER BY id DESC LIMIT ?) ORDER BY id DESC',
    [kind, mark, MAX_TAIL_ROWS - above.rows.length],
    { maxCharacters: MAX_SCANNED_CHARACTERS, maxBytes: Math.max(0, MAX_TAIL_BYTES - above.bytes) },
  );
  const tail = [...above.rows, ...stale.rows];
  return { tail, isCut: above.isCut || stale.isCut || tail.length >= MAX_TAIL_ROWS };
}

/** The index covers rows up to the mark, but for those that were changed or added below it since. */
async function lastCovered(reader: ThreadReader, kind: IndexedKind, mark: number): Promise<number> {
  const text = 'SELECT min(id) AS id FROM search_stale WHERE kind = ? AND id <= ?';
  const [row] = await readAll<{ id: number | null }>(reader, { text, values: [kind, mark] });
  return row?.id == null ? mark : Number(row.id) - 1;
}

async function newestId(reader: ThreadReader, kind: IndexedKind): Promise<number> {
  const text = `SELECT coalesce(max(id), 0) AS id FROM ${tableOf(kind).name}`;
  const [row] = await readAll<{ id: number }>(reader, { text, values: [] });
  return Number(row?.id ?? 0);
}

/** Where rows are left out: the last id up to which none is. */
export function indexedUpTo(scope: Scope): Partial<Record<IndexedKind, number>> | undefined {
  const cut = INDEXED_KINDS.flatMap((kind) => {
    const upTo = scope[kind]?.coveredUpTo;
    return upTo === undefined ? [] : [[kind, upTo] as const];
  });
  return cut.length === 0 ? undefined : Object.fromEntries(cut);
}

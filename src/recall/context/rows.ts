import { CONTENT_TABLES, placesOf, type ThreadReader, type Value } from '../../database/programs.js';
import { readAll } from '../search/rows.js';

/** So much of a text is read: few budgets have room for more. */
export const MAX_CHARACTERS = 4000;

export interface EventRow {
  readonly id: number;
  readonly timestamp: string;
  readonly type: string;
  readonly severity: string;
  readonly source: string;
  readonly node: string | null;
  readonly summary: string;
  readonly resolved: boolean;
  readonly resolvedAt: string | null;
  readonly resolvedBy: string | null;
}

export interface MessageRow {
  readonly id: number;
  readonly timestamp: string;
  readonly role: string;
  readonly content: string;
}

export interface PreferenceRow {
  readonly key: string;
  readonly value: string;
  readonly updatedAt: string;
}

interface RowOfKind {
  readonly event: EventRow;
  readonly message: MessageRow;
  readonly preference: PreferenceRow;
}

const FIELDS: { readonly [Kind in keyof RowOfKind]: readonly (keyof RowOfKind[Kind])[] } = {
  event: [
    'id',
    'timestamp',
    'type',
    'severity',
    'source',
    'node',
    'summary',
    'resolved',
    'resolvedAt',
    'resolvedBy',
  ],
  message: ['id', 'timestamp', 'role', 'content'],
  preference: ['key', 'value', 'updatedAt'],
};

/** Reads rows; long texts are cut. @param rest the condition, the order and the limit. */
export async function readRows<Kind extends keyof RowOfKind>(
  reader: ThreadReader,
  kind: Kind,
  rest: string,
  values: readonly Value[],
): Promise<RowOfKind[Kind][]> {
  const { name, columns } = CONTENT_TABLES[kind];
  const fields = new Set<string>(FIELDS[kind] as readonly string[]);
  const selected = columns
    .filter(({ field }) => fields.has(field))
    .map(({ field, column, form }) => {
      const isText = form === 'plain' || form === 'document';
      return `${isText ? `substr(CAST("${column}" AS text), 1, ${MAX_CHARACTERS})` : `"${column}"`} AS "${field}"`;
    });
  const text = `SELECT ${selected.join(', ')} FROM "${name}" ${rest}`;
  return (await readAll<RowOfKind[Kind]>(reader, { text, values })).map(normalized);
}

/** Reads the rows with these keys by their keys. */
export async function readRowsByKey<Kind extends keyof RowOfKind>(
  reader: ThreadReader,
  kind: Kind,
  keys: readonly (number | string)[],
): Promise<ReadonlyMap<number | string, RowOfKind[Kind]>> {
  if (keys.length === 0) return new Map();
  const { key } = CONTENT_TABLES[kind];
  const condition = `WHERE "${key}" IN (${placesOf(keys)})`;
  const rows = await readRows(reader, kind, condition, keys);
  return new Map(rows.map((row) => [Reflect.get(row, key) as number | string, row]));
}

/** Engines have their own forms of numbers and flags. */
function normalized<Row extends object>(row: Row): Row {
  return {
    ...row,
    ...('id' in row ? { id: Number(row.id) } : {}),
    ...('resolved' in row ? { resolved: Boolean(row.resolved) } : {}),
  };
}

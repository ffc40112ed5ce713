import type { JsonText } from '../json/index.js';

/** What the memory keeps, by the names that exports give it. */
export const KINDS = ['event', 'message', 'snapshot', 'preference'] as const;
export type Kind = (typeof KINDS)[number];

export type Cell = string | number | boolean | null | JsonText;

/** A stored row, by the names that its fields have in the API. */
export type KeptRow = Readonly<Record<string, Cell>>;

/**
 * What a column holds. SQLite lets any column hold anything, and files of the first backend make use of that:
 * a `flag` may be 0 or 1, an `amount` a text, a `document` a text that is no JSON.
 */
type Form = 'plain' | 'flag' | 'amount' | 'document';

interface KeptColumn {
  readonly field: string;
  readonly column: string;
  readonly form: Form;
}

export interface KeptTable {
  readonly table: string;
  /** The field that is the primary key; its column has the same name. */
  readonly key: 'id' | 'key';
  /** The column by which the rows lie in time. */
  readonly moment: string;
  readonly columns: readonly KeptColumn[];
}

/** The four tables. A test holds them against the entities. */
export const KEPT_TABLES: Readonly<Record<Kind, KeptTable>> = {
  event: {
    table: 'events',
    key: 'id',
    moment: 'timestamp',
    columns: [
      ...plain('id', 'timestamp', 'type', 'severity', 'source', 'node', 'summary'),
      of('document', 'details'),
      of('flag', 'resolved'),
      of('plain', 'resolvedAt', 'resolved_at'),
      of('plain', 'resolvedBy', 'resolved_by'),
    ],
  },
  message: {
    table: 'conversations',
    key: 'id',
    moment: 'timestamp',
    columns: [
      of('plain', 'id'),
      of('plain', 'sessionId', 'session_id'),
      ...plain('timestamp', 'role', 'content', 'model'),
      of('plain', 'tokensUsed', 'tokens_used'),
      of('plain', 'inputTokens', 'input_tokens'),
      of('plain', 'outputTokens', 'output_tokens'),
      of('amount', 'costUsd', 'cost_usd'),
      of('document', 'toolCalls', 'tool_calls'),
    ],
  },
  snapshot: {
    table: 'cluster_snapshots',
    key: 'id',
    moment: 'timestamp',
    columns: [...plain('id', 'timestamp'), of('document', 'snapshot')],
  },
  preference: {
    table: 'preferences',
    key: 'key',
    moment: 'updated_at',
    columns: [...plain('key', 'value'), of('plain', 'updatedAt', 'updated_at')],
  },
};

/** The key of a row: its id, or the key of a preference. */
export function keyOf(kind: Kind, row: KeptRow): string | number {
  const key = row[KEPT_TABLES[kind].key];
  return typeof key === 'string' || typeof key === 'number' ? key : '';
}

function of(form: Form, field: string, column = field): KeptColumn {
  return { field, column, form };
}

function plain(...names: readonly string[]): KeptColumn[] {
  return names.map((name) => of('plain', name));
}

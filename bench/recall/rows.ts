interface Row {
  /** What a question names as its answer: `<story>/<line>`. */
  readonly key: string;
  readonly timestamp: string;
}

export interface EventRow extends Row {
  readonly kind: 'event';
  readonly type: string;
  readonly severity: string;
  readonly source: string;
  readonly node: string | undefined;
  readonly summary: string;
  readonly details: Record<string, string | number> | undefined;
  /** It is open until somebody deals with it. */
  readonly resolved: boolean;
}

export interface MessageRow extends Row {
  readonly kind: 'message';
  readonly sessionId: string;
  readonly role: 'user' | 'assistant' | 'tool' | 'system';
  readonly content: string;
  readonly toolCalls: object | undefined;
}

export interface PreferenceRow extends Row {
  readonly kind: 'preference';
  readonly name: string;
  readonly value: string;
}

export type HistoryRow = EventRow | MessageRow | PreferenceRow;

export interface Question {
  readonly category: string;
  /** What is typed; a follow-up has the turn before it in front. */
  readonly query: string;
  /** Keys of the rows that answer it; none where nothing does. */
  readonly answers: readonly string[];
  /** Of the half that nobody looks at while the ranking is tuned. */
  readonly held: boolean;
}

/** All that a search may look at in a row, in one text. */
export function textOf(row: HistoryRow): string {
  if (row.kind === 'preference') return `${row.name} ${row.value}`;
  if (row.kind === 'message') {
    return row.toolCalls ? `${row.content} ${JSON.stringify(row.toolCalls)}` : row.content;
  }
  return [row.node ?? '', row.summary, ...Object.values(row.details ?? {})].join(' ');
}

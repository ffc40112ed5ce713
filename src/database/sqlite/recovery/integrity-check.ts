import type { Database as SqliteHandle } from 'better-sqlite3';
import { countRows, type RowCounts } from '../backup/copy.js';
import { isDamage } from '../connection/errors.js';
import { identify, readSchema, type Identity } from '../file/identity.js';
import { openToRead } from '../connection/read-only.js';
import {
  definitionsIn,
  definitionsOfOurs,
  exhaustedIn,
  findForeignObjects,
} from '../file/foreign-objects.js';

/** What a look at a database file found. */
export interface CheckReport {
  /** `undefined` where it cannot be read far enough to tell. */
  readonly identity: Identity | undefined;
  readonly rows: RowCounts;
  /** What is not in order; empty where everything is. */
  readonly findings: readonly string[];
  /** What is worth knowing and does no harm. */
  readonly notes: readonly string[];
}

/** The most lines about damaged pages; there may be thousands. */
const MOST_LINES = 20;

/**
 * Looks at every page of a database and at what the memory holds it to: moments in canonical form, JSON that can be
 * read, sessions that agree with their messages. Others may use the file meanwhile; nothing is written.
 *
 * @throws Error where the file cannot be read at all: it is missing, locked or not to be opened.
 */
export async function checkFile(file: string): Promise<CheckReport> {
  try {
    const handle = openToRead(file);
    try {
      handle.exec('BEGIN');
      return await look(handle);
    } finally {
      handle.close();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    const findings = [`It cannot be read to its end: ${error instanceof Error ? error.message : 'unknown'}.`];
    return { identity: undefined, rows: {}, findings, notes: [] };
  }
}

async function look(handle: SqliteHandle): Promise<CheckReport> {
  const lines = handle.prepare(`PRAGMA integrity_check(${MOST_LINES})`).pluck().all() as string[];
  const damage = lines.filter((line) => line !== 'ok');
  const identity = identify(handle);
  const findings = [...damage, ...strayReferences(handle)];
  const notes: string[] = [];
  if (identity === 'current' || identity === 'older') {
    const { tables, applied } = readSchema(handle);
    const foreignObjects = findForeignObjects(definitionsIn(handle), await definitionsOfOurs(applied.length));
    const exhausted = exhaustedIn(handle, tables);
    findings.push(
      ...foreignObjects.onAccess.map((one) => `touches API keys or revoked tokens, and is not ours: ${one}`),
    );
    if (exhausted !== undefined) findings.push(`${exhausted}: its ids are nearly used up`);
    notes.push(...foreignObjects.active.map((one) => `not made by this service: ${one}`));
  }
  // An older file has its own forms until it is migrated; the columns of a newer one are not known.
  if (identity === 'current') {
    findings.push(...askAll(handle, RULES));
    notes.push(...askAll(handle, REMARKS));
  }
  return { identity, rows: countRows(handle), findings, notes };
}

function strayReferences(handle: SqliteHandle): string[] {
  const counts = handle
    .prepare(
      'SELECT "table", parent, count(*) AS rows FROM pragma_foreign_key_check GROUP BY "table", parent',
    )
    .all() as { table: string; parent: string; rows: number }[];
  return counts.map(
    ({ table, parent, rows }) => `${table}: ${rows} rows refer to ${parent} that are not there`,
  );
}

/** What to count, and what to say of it where it is not 0. */
type Question = readonly [sql: string, says: string];

function askAll(handle: SqliteHandle, questions: readonly Question[]): string[] {
  return questions.flatMap(([sql, says]) => {
    const count = Number(handle.prepare(sql).pluck().get());
    return count === 0 ? [] : [`${says}: ${count}`];
  });
}

const DIGIT = '[0-9]';
const ONE_FORM = '####-##-##T##:##:##.###Z'.replaceAll('#', DIGIT);

const MOMENTS = [
  ['events', 'timestamp'],
  ['events', 'resolved_at'],
  ['conversations', 'timestamp'],
  ['conversation_sessions', 'first_message_at'],
  ['conversation_sessions', 'last_message_at'],
  ['cluster_snapshots', 'timestamp'],
  ['preferences', 'updated_at'],
] as const;

const DOCUMENTS = [
  ['events', 'details'],
  ['conversations', 'tool_calls'],
  ['cluster_snapshots', 'snapshot'],
] as const;

/** The first backend kept any text there; what begins as JSON was meant as JSON. */
const looksLikeJson = (column: string): string => `substr(ltrim("${column}"), 1, 1) IN ('{', '[')`;

/** As the triggers count them (migrations/1795305603000-conversation-sessions.ts). */
const TOKENS = 'COALESCE(tokens_used, COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0))';
const SESSIONS_OF_MESSAGES = `SELECT session_id, min("timestamp") AS first, max("timestamp") AS last,
  count(*) AS messages, sum(${TOKENS}) AS tokens FROM conversations GROUP BY session_id`;

const RULES: readonly Question[] = [
  ...MOMENTS.map(([table, column]): Question => [
    `SELECT count(*) FROM "${table}" WHERE "${column}" NOT GLOB '${ONE_FORM}'`,
    `${table}.${column}: moments that are not in canonical form`,
  ]),
  ...DOCUMENTS.map(([table, column]): Question => [
    `SELECT count(*) FROM "${table}" WHERE ${looksLikeJson(column)} AND NOT json_valid("${column}")`,
    `${table}.${column}: JSON that cannot be read`,
  ]),
  [
    `SELECT count(*) FROM (${SESSIONS_OF_MESSAGES}) AS m
     FULL JOIN conversation_sessions AS s ON s.session_id = m.session_id
     WHERE (m.first, m.last, m.messages, m.tokens)
       IS NOT (s.first_message_at, s.last_message_at, s.message_count, s.tokens_used)`,
    'conversation_sessions: sessions that do not agree with their messages',
  ],
];

const REMARKS: readonly Question[] = DOCUMENTS.map(([table, column]): Question => [
  `SELECT count(*) FROM "${table}" WHERE "${column}" IS NOT NULL AND NOT ${looksLikeJson(column)}`,
  `${table}.${column}: plain text of an earlier program, kept as it is`,
]);

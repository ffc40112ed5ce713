import type { Database as SqliteHandle } from 'better-sqlite3';
import { CATALOGUE, columnsWith } from '../../catalogue.js';
import type { Question } from '../../table-entry.js';
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

/** What a check of a database file found. */
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
 * Checks every page of a database, and what the memory requires of it: timestamps in canonical form, JSON that can
 * be read, derived tables that agree with what they are made from. Others may use the file meanwhile; nothing is written.
 *
 * @throws Error where the file cannot be read at all: it is missing, locked or not to be opened.
 */
export async function checkFile(file: string): Promise<CheckReport> {
  try {
    const handle = openToRead(file);
    try {
      handle.exec('BEGIN');
      return await checkAll(handle);
    } finally {
      handle.close();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    const findings = [`It cannot be read to its end: ${error instanceof Error ? error.message : 'unknown'}.`];
    return { identity: undefined, rows: {}, findings, notes: [] };
  }
}

async function checkAll(handle: SqliteHandle): Promise<CheckReport> {
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

function askAll(handle: SqliteHandle, questions: readonly Question[]): string[] {
  return questions.flatMap(({ count, says }) => {
    const rows = Number(handle.prepare(count).pluck().get());
    return rows === 0 ? [] : [`${says}: ${rows}`];
  });
}

const DIGIT = '[0-9]';
const CANONICAL = '####-##-##T##:##:##.###Z'.replaceAll('#', DIGIT);

/** The first backend kept any text there; what begins as JSON was meant as JSON. */
const looksLikeJson = (column: string): string => `substr(ltrim("${column}"), 1, 1) IN ('{', '[')`;

const RULES: readonly Question[] = [
  ...columnsWith('timestamp').map(({ table: { name }, column }) => ({
    count: `SELECT count(*) FROM "${name}" WHERE "${column}" NOT GLOB '${CANONICAL}'`,
    says: `${name}.${column}: timestamps that are not in canonical form`,
  })),
  ...columnsWith('document').map(({ table: { name }, column }) => ({
    count: `SELECT count(*) FROM "${name}" WHERE ${looksLikeJson(column)} AND NOT json_valid("${column}")`,
    says: `${name}.${column}: JSON that cannot be read`,
  })),
  ...CATALOGUE.flatMap(({ entry }) => (entry.role === 'derived' && entry.check ? [entry.check] : [])),
];

const REMARKS: readonly Question[] = columnsWith('document').map(({ table: { name }, column }) => ({
  count: `SELECT count(*) FROM "${name}" WHERE "${column}" IS NOT NULL AND NOT ${looksLikeJson(column)}`,
  says: `${name}.${column}: plain text of an earlier program, kept as it is`,
}));

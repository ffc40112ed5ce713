import type { Database as SqliteHandle } from 'better-sqlite3';
import { checkBlocks, type Ask } from '../../blocks/check-blocks.js';
import { IS_PACKED } from '../../blocks/read-block.js';
import { columnsWith, DERIVED_CHECKS, packedColumnOf } from '../../catalogue.js';
import type { Query } from '../../query.js';
import type { CountCheck } from '../../table-entry.js';
import { countRows, type RowCounts } from '../backup/copy.js';
import { isDamage } from '../connection/errors.js';
import { identify, readSchema, type Identity } from '../file/identity.js';
import { checkIndexedTexts } from './check-search.js';
import { openReadOnly } from '../connection/read-only.js';
import {
  definitionsIn,
  ownDefinitions,
  findExhaustedTable,
  findForeignObjects,
} from '../file/foreign-objects.js';

/** The result of checking a database file. */
export interface CheckReport {
  /** `undefined` where too little can be read to identify the file. */
  readonly identity: Identity | undefined;
  readonly rows: RowCounts;
  /** Everything that is wrong; empty where the file is in order. */
  readonly findings: readonly string[];
  /** Harmless remarks. */
  readonly notes: readonly string[];
}

/** Limit of lines about damaged pages; there may be thousands. */
const MAX_LINES = 20;

/**
 * Checks every page of a database (`integrity_check`) and its content: timestamps in canonical form, valid JSON, derived
 * tables that match their sources, words that find their rows. The file may be in use; nothing is written.
 *
 * @throws Error where the file cannot be opened: it is missing, locked or not permitted.
 */
export async function checkFile(file: string): Promise<CheckReport> {
  try {
    const handle = openReadOnly(file);
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
  const lines = handle.prepare(`PRAGMA integrity_check(${MAX_LINES})`).pluck().all() as string[];
  const damage = lines.filter((line) => line !== 'ok');
  const identity = identify(handle);
  const findings = [...damage, ...foreignKeyViolations(handle)];
  const notes: string[] = [];
  if (identity === 'current' || identity === 'older') {
    const { tables, applied } = readSchema(handle);
    const foreignObjects = findForeignObjects(definitionsIn(handle), await ownDefinitions(applied.length));
    const exhausted = findExhaustedTable(handle, tables);
    findings.push(
      ...foreignObjects.onAccess.map((one) => `touches API keys or revoked tokens, and is not ours: ${one}`),
    );
    if (exhausted !== undefined) findings.push(`${exhausted}: its ids are nearly used up`);
    notes.push(...foreignObjects.active.map((one) => `not made by this service: ${one}`));
  }
  // An older file has other formats until it is migrated; the columns of a newer one are unknown.
  if (identity === 'current') {
    const ask: Ask = <Row extends object>({ text, values }: Query) =>
      Promise.resolve(handle.prepare<unknown[], Row>(text).all(...values));
    findings.push(...runAll(handle, RULES), ...(await checkBlocks(ask)), ...checkIndexedTexts(handle));
    notes.push(...runAll(handle, REMARKS));
  }
  return { identity, rows: countRows(handle), findings, notes };
}

function foreignKeyViolations(handle: SqliteHandle): string[] {
  const counts = handle
    .prepare(
      'SELECT "table", parent, count(*) AS rows FROM pragma_foreign_key_check GROUP BY "table", parent',
    )
    .all() as { table: string; parent: string; rows: number }[];
  return counts.map(
    ({ table, parent, rows }) => `${table}: ${rows} rows refer to ${parent} that are not there`,
  );
}

function runAll(handle: SqliteHandle, questions: readonly CountCheck[]): string[] {
  return questions.flatMap(({ count, message }) => {
    const rows = Number(handle.prepare(count).pluck().get());
    return rows === 0 ? [] : [`${message}: ${rows}`];
  });
}

const DIGIT = '[0-9]';
const CANONICAL = '####-##-##T##:##:##.###Z'.replaceAll('#', DIGIT);

/** The first backend stored any text there; only a text that begins like JSON has to be valid JSON. */
const looksLikeJson = (column: string): string => `substr(ltrim("${column}"), 1, 1) IN ('{', '[')`;

const RULES: readonly CountCheck[] = [
  ...columnsWith('timestamp').map(({ table: { name }, column }) => ({
    count: `SELECT count(*) FROM "${name}" WHERE "${column}" NOT GLOB '${CANONICAL}'`,
    message: `${name}.${column}: timestamps that are not in canonical form`,
  })),
  ...columnsWith('document').map(({ table: { name }, column }) => ({
    count: `SELECT count(*) FROM "${name}" WHERE ${looksLikeJson(column)} AND NOT json_valid("${column}")`,
    message: `${name}.${column}: JSON that cannot be read`,
  })),
  ...DERIVED_CHECKS,
];

const REMARKS: readonly CountCheck[] = columnsWith('document').map(({ table: { name }, column }) => ({
  count: `SELECT count(*) FROM "${name}" WHERE "${column}" IS NOT NULL AND NOT ${looksLikeJson(column)}
    ${packedColumnOf(name) === column ? `AND NOT (${IS_PACKED})` : ''}`,
  message: `${name}.${column}: plain text of an earlier program, kept as it is`,
}));

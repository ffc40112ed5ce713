import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { SECRETS_BESIDE_FILE } from '../src/auth/index.js';
import { namedTarget } from '../src/config/index.js';
import { KEPT_TABLES } from '../src/database/copy/kept-tables.js';
import { moveMemory, type CopyReport } from '../src/database/move.js';
import { makeFirstBackendFile, type FirstBackendOptions } from './support/first-backend.js';
import { createDatabase, type TestDatabase } from './support/postgres/index.mjs';
import { startService, temporaryFolder } from './support/service.js';

const move = (from: string, to: string): Promise<CopyReport> =>
  moveMemory(namedTarget(from), namedTarget(to), SECRETS_BESIDE_FILE, {});

/**
 * All kept rows of a file, as they are stored. That backend wrote amounts as texts and flags as nothing, which the service
 * answers as a number and as false: what moves is what is answered.
 */
function rowsIn(file: string): Record<string, unknown[]> {
  const handle = new Sqlite(file, { readonly: true });
  try {
    return Object.fromEntries(
      KEPT_TABLES.map(({ name, columns, key }) => {
        const selected = columns.map(({ column }) => `"${column}"`).join(', ');
        const order = key.map((column) => `"${column}"`).join(', ');
        const rows = handle.prepare(`SELECT ${selected} FROM "${name}" ORDER BY ${order}`).raw().all();
        return [
          name,
          rows.map((row) => (row as unknown[]).map((cell, at) => answered(cell, columns[at]?.form))),
        ];
      }),
    );
  } finally {
    handle.close();
  }
}

/** Those that are made after the rows. */
function ownIndexesIn(file: string): { name: string; sql: string }[] {
  const handle = new Sqlite(file, { readonly: true });
  try {
    return handle
      .prepare<[], { name: string; sql: string }>(
        `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL
          AND tbl_name IN ('events', 'conversations') ORDER BY name`,
      )
      .all();
  } finally {
    handle.close();
  }
}

function answered(cell: unknown, form: string | undefined): unknown {
  if (form === 'flag') return Boolean(cell);
  return form === 'amount' && cell !== null ? Number(cell) : cell;
}

describe.each<FirstBackendOptions>([{}, { isLater: true }, { hasOthers: true }])(
  'A memory of the first backend (%j) that is moved to PostgreSQL and back',
  (options) => {
    let folder: string;
    let database: TestDatabase;

    beforeAll(async () => {
      folder = await temporaryFolder();
      database = await createDatabase();
      makeFirstBackendFile(join(folder, 'jarvis.db'), options);
      await (await startService({ folder })).stop();
    });
    afterAll(async () => {
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    });

    it('has equal rows', async () => {
      const [file, back] = [join(folder, 'jarvis.db'), join(folder, 'back.db')];
      const there = await move(file, database.url);
      expect(there.isEqual).toBe(true);
      expect((await move(database.url, back)).tables).toEqual(there.tables);
      const rows = rowsIn(file);
      expect(rows['events']).toHaveLength(299);
      expect(rowsIn(back)).toEqual(rows);
      const indexes = ownIndexesIn(back);
      expect(indexes.length).toBeGreaterThan(5);
      expect(ownIndexesIn(file)).toEqual(expect.arrayContaining(indexes));
      const onServer = await database.query('SELECT indexname AS name FROM pg_indexes');
      expect(onServer).toEqual(expect.arrayContaining(indexes.map(({ name }) => ({ name }))));
    });
  },
);

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../database/index.js';
import { mergeRanges } from './merge-ranges.js';

const SAVE = `INSERT INTO forgotten_ranges (kind, rule, "from", until, first_id, last_id, since, "at", "rows", "keys")
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const day = (number: number): string => `2026-01-0${number}T00:00:00.000Z`;

describe('Ranges of what is forgotten', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
  let database: Database;
  beforeAll(async () => {
    database = await Database.open({ file: join(folder, 'memory.db'), logger: false });
    const rows = [
      ['event', 'info=7d', day(2), day(3), 10, 20, day(4), day(4), 5, 'a'],
      ['event', 'info=7d', day(1), day(2), 1, 9, day(5), day(5), 4, 'b'],
      ['event', 'info=1d', day(3), day(5), 21, 30, day(6), day(6), 3, ''],
      ['event', 'info=1d', day(5), day(6), 31, 40, day(7), day(7), 2, 'c'],
      ['snapshot', 'keep-last=1', day(1), day(6), 1, 99, day(7), day(7), 98, ''],
    ];
    await database.write(async (manager) => {
      for (const row of rows) await manager.query(SAVE, row);
    });
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    rmSync(folder, { recursive: true });
  });

  const merge = async (most: number): Promise<unknown[]> => {
    const { dialect } = database.engine.rows;
    await database.write((manager) => mergeRanges(manager, 'event', dialect, most));
    const text = `SELECT rule, "from", until, first_id AS "firstId", last_id AS "lastId", since, "rows", "keys"
      FROM forgotten_ranges WHERE kind = 'event' ORDER BY id`;
    return (await database.read(async (reader) => reader.read<object>({ text, values: [] }))).rows;
  };

  it('stay as they are while they are few', async () => {
    expect(await merge(4)).toHaveLength(4);
  });

  it('become one of the two oldest, which spans both and counts both', async () => {
    const [first, ...others] = await merge(3);
    expect(first).toEqual({
      rule: 'info=7d',
      from: day(1),
      until: day(3),
      firstId: 1,
      lastId: 20,
      since: day(4),
      rows: 9,
      keys: 'ab',
    });
    expect(others).toHaveLength(2);
  });

  it('of different rules say so, and those of another kind are left alone', async () => {
    expect(await merge(1)).toEqual([
      {
        rule: 'several rules',
        from: day(1),
        until: day(6),
        firstId: 1,
        lastId: 40,
        since: day(4),
        rows: 14,
        keys: 'abc',
      },
    ]);
    expect(await merge(0)).toHaveLength(1);
    const { rows } = await database.read(async (reader) =>
      reader.read<{ rows: number }>({ text: 'SELECT "rows" FROM forgotten_ranges', values: [] }),
    );
    expect(rows.map(({ rows: count }) => count)).toEqual([14, 98]);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readerOf } from '../../../test/support/thread-reader.js';
import { Database } from '../../database/index.js';
import type { Match, ThreadReader } from '../../database/programs.js';
import { search } from './search.js';
import type { SearchFilters, SearchInput, SearchOutput } from './search.types.js';

const NOW = '2026-11-22T20:15:00.000Z';

/** 1500 alerts of one pattern, two a day, all before this year. */
const EVENTS = `WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
  INSERT INTO events ("timestamp", type, severity, source, node, summary)
  SELECT strftime('%Y-%m-%dT%H:%M:%S.000Z', 1640995200 + i * 43200, 'unixepoch'), 'alert', 'info', 'monitor',
    CASE WHEN i % 500 = 1 THEN 'pve-1' ELSE 'pve1' END, 'backup of guest ' || i || ' failed' FROM n`;
/** A long conversation that spoke of mangos at its beginning, and one of mangos alone. */
const MESSAGES = `WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
  INSERT INTO conversations (session_id, "timestamp", role, content)
  SELECT CASE WHEN i <= 2500 THEN 'long' ELSE 'other' END,
    strftime('%Y-%m-%dT%H:%M:%S.000Z', 1640995200 + i * 600, 'unixepoch'), 'user',
    CASE WHEN i BETWEEN 10 AND 20 OR i > 2500 THEN 'mango fruit ' || i ELSE 'nothing here ' || i END FROM n`;
const FUTURE = `INSERT INTO events ("timestamp", type, severity, source, summary)
  VALUES ('2031-05-05T00:00:00.000Z', 'alert', 'info', 'monitor', 'lighthouse of the future')`;
/** Alerts of one pattern that are more than are looked up: 700 of one month, and many of a later one. */
const MANY = `WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
  INSERT INTO events ("timestamp", type, severity, source, summary)
  SELECT CASE WHEN i <= 700 THEN '2021-03-04T05:06:07.000Z' ELSE '2021-09-08T07:06:05.000Z' END, 'alert', 'info', 'monitor',
    'giraffe ' || i || ' is tall' FROM n`;
/** They hold a part of a word: first one of a node, then more than are given, of another. */
const PARTS = `WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 61)
  INSERT INTO events ("timestamp", type, severity, source, node, summary)
  SELECT '2026-01-01T00:00:00.000Z', 'status', 'info', 'monitor', CASE i WHEN 1 THEN 'rare' ELSE 'common' END,
    'megazzyzxshort ' || i FROM n`;

describe('A search that is limited', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
  let database: Database;
  let reader: ThreadReader;

  beforeAll(async () => {
    database = await Database.open({ file: join(folder, 'memory.db'), logger: false });
    reader = readerOf(database);
    await database.write(async (manager) => {
      for (const text of [FUTURE, MANY, EVENTS, PARTS, MESSAGES]) await manager.query(text);
    });
    await untilIndexed();
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    rmSync(folder, { recursive: true });
  });

  async function untilIndexed(): Promise<void> {
    const text = `SELECT min(mark) AS least, sum(mark) AS mark, (SELECT count(*) FROM search_stale) AS stale FROM search_marks`;
    for (;;) {
      const { rows } = await reader.read<{ least: number; mark: number; stale: number }>({
        text,
        values: [],
      });
      if (rows[0] && rows[0].mark >= 7562 - 255 + 4000 - 255 && rows[0].stale === 0) return;
      await sleep(20);
    }
  }

  /** @param unorderedRows where it is small, all words are common ones. */
  function ask(
    q: string,
    filters: SearchFilters,
    parts: Partial<SearchInput> = {},
    unorderedRows = 15_000,
  ): Promise<SearchOutput> {
    const dialect = { ...reader.dialect, search: { ...reader.dialect.search, unorderedRows } };
    const input = { q, filters, limit: 50, neighbours: 0, fold: false, explain: false, now: NOW, ...parts };
    return search({ ...reader, dialect }, input);
  }

  describe.each([
    ['to rare words', 15_000],
    ['to common words', 1],
  ])('%s, and to', (_, unorderedRows) => {
    it.each<[string, string, SearchFilters, number]>([
      ['an end', 'backup', { until: '2022-01-11T00:00:00.000Z' }, 19],
      ['an end after which years passed', 'backup', { until: '2029-01-11T00:00:00.000Z' }, 50],
      ['a long time', 'backup', { since: '2001-01-01T00:00:00.000Z', until: '2022-01-11T00:00:00.000Z' }, 19],
      ['hours', 'backup', { since: '2022-01-10T01:00:00.000Z', until: '2022-01-10T13:00:00.000Z' }, 1],
      ['nothing', 'backup', { since: '2022-01-10T01:00:00.000Z', until: '2022-01-10T01:00:00.000Z' }, 0],
      ['the future', 'backup lighthouse', { since: '2029-01-01T00:00:00.000Z' }, 1],
      ['this week and later', 'backup lighthouse', { since: '2026-11-20T00:00:00.000Z' }, 1],
      ['times after all', 'backup', { since: '2099-01-01T00:00:00.000Z' }, 0],
      ['a node with almost the name of another', 'backup', { node: 'pve-1' }, 3],
      ['a conversation, with the turns around', 'mango', { sessionId: 'long' }, 15],
    ])('%s', async (__, q, filters, count) => {
      const { hits } = await ask(q, filters, { kinds: ['event', 'message'] }, unorderedRows);
      expect(hits).toHaveLength(count);
    });
  });

  it('finds none where no word is allowed', async () => {
    const find = async (match: Match): Promise<number> => {
      const { rows } = await reader.read(reader.dialect.search.matching('event', match));
      return rows.length;
    };
    expect(await find({ word: 'backup' })).toBeGreaterThan(1000);
    expect(await find({ any: [] })).toBe(0);
    expect(await find({ all: [{ word: 'backup' }, { any: [] }] })).toBe(0);
  });

  it('finds parts of words of a node, where others have more of them', async () => {
    expect((await ask('zzyzx', { node: 'rare' })).hits).toHaveLength(1);
  });

  it('finds the newest messages of a time, without a word to look for', async () => {
    const { hits } = await ask('the and of', { until: '2022-01-02T00:00:00.000Z' }, { kinds: ['message'] });
    expect(hits.map(({ timestamp }) => timestamp.slice(0, 10))).toEqual(Array(50).fill('2022-01-01'));
    expect(hits[0]?.key).toBe(143);
    expect((await ask('the', { until: '2001-01-01T00:00:00.000Z' })).hits).toEqual([]);
  });

  it('counts the events of a pattern in that time, those that were changed once', async () => {
    const span = { since: '2022-01-02T01:00:00.000Z', until: '2022-01-11T13:00:00.000Z' };
    const count = async (filters: SearchFilters): Promise<unknown> =>
      (await ask('backup', filters, { fold: true, kinds: ['event'] })).hits[0];
    expect(await count(span)).toMatchObject({ count: 19, isCountCapped: false });
    expect(await count({ until: span.until })).toMatchObject({ count: 21, isCountCapped: false });
    expect(await count({})).toMatchObject({ count: 1000, isCountCapped: true });
    await database.write((manager) =>
      manager.query(`UPDATE events SET severity = 'warning' WHERE summary LIKE 'backup of guest 5 %'`),
    );
    expect(await count(span)).toMatchObject({ count: 19, isCountCapped: false });
  });

  it('counts at least those of a time where more are of the pattern than are looked up', async () => {
    const parts = { fold: true, kinds: ['event'] } as const;
    const { hits } = await ask('giraffe', { until: '2021-06-01T00:00:00.000Z' }, parts);
    expect(hits[0]).toMatchObject({ count: 700, isCountCapped: true });
  });
});
